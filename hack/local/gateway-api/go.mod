// Only the CRDs of this module are used. It has a module file of its own because Contour is built
// with the versions that its authors chose, which are older.
module pawl.dev/hack/local/gateway-api

go 1.26.0

require sigs.k8s.io/gateway-api v1.6.3
