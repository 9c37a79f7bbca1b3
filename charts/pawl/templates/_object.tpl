{{/* One object with what only a release knows; like pawl.folder, and `object`, `labels`. */}}
{{- define "pawl.object" -}}
{{- $object := .object }}
{{- $metadata := $object.metadata }}
{{- $_ := set $metadata "labels" (merge (dict) (default (dict) $metadata.labels) .labels) }}
{{- if eq $object.kind "Namespace" }}
  {{- /* Held-out cases are in it: they must not go with a release. */}}
  {{- $_ := set $metadata "name" .namespace }}
  {{- $_ := set $metadata "annotations" (dict "helm.sh/resource-policy" "keep") }}
{{- else if not (has $object.kind (list "ClusterRole" "ClusterRoleBinding" "ValidatingAdmissionPolicy" "ValidatingAdmissionPolicyBinding")) }}
  {{- $_ := set $metadata "namespace" .namespace }}
{{- end }}
{{- if eq $object.kind "Deployment" }}
  {{- include "pawl.deployment" . }}
{{- else if and (eq $object.kind "ConfigMap") (eq $metadata.name "pawl-identities") }}
  {{- $_ := set $object.data "proposers" (print (join "\n" .chart.Values.proposers) "\n") }}
{{- end }}
{{- /* The release's namespace is there before the release: Helm keeps its own records in it. */}}
{{- if not (and (eq $object.kind "Namespace") (eq .namespace .chart.Release.Namespace)) }}
---
{{ toYaml $object }}
{{- end }}
{{- end }}

{{/* Changes a Deployment by the values of its program; prints nothing. */}}
{{- define "pawl.deployment" -}}
{{- $pod := .object.spec.template.spec }}
{{- $container := first $pod.containers }}
{{- $_ := set $container "image" .chart.Values.image }}
{{- with .component.replicas }}{{ $_ := set $.object.spec "replicas" . }}{{ end }}
{{- with .component.resources }}{{ $_ := set $container "resources" . }}{{ end }}
{{- with .component.nodeSelector }}{{ $_ := set $pod "nodeSelector" . }}{{ end }}
{{- with .component.tolerations }}{{ $_ := set $pod "tolerations" . }}{{ end }}
{{- with .component.extraArgs }}{{ $_ := set $container "args" (concat (default (list) $container.args) .) }}{{ end }}
{{- range .chart.Values.imagePullSecrets }}
  {{- $_ := set $pod "imagePullSecrets" (append (default (list) $pod.imagePullSecrets) (dict "name" .)) }}
{{- end }}
{{- with .component.gateKeySecret }}
  {{- $_ := set $container "args" (append $container.args "--gate-key=/var/run/pawl-gate/key") }}
  {{- $_ := set $container "volumeMounts" (append $container.volumeMounts (dict "name" "gate-key" "mountPath" "/var/run/pawl-gate" "readOnly" true)) }}
  {{- $_ := set $pod "volumes" (append $pod.volumes (dict "name" "gate-key" "secret" (dict "secretName" .))) }}
{{- end }}
{{- end }}
