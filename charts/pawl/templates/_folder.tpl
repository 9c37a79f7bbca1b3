{{/*
The objects of one kustomize base, as this release has them. The manifests of deploy/ are the only source: what a base lists is
installed, with its labels, and what only a release knows is set.

  folder      the base's folder in this chart
  component   the values of the program that the base runs
  namespace   where it is installed
  chart       the chart's own context
*/}}
{{- define "pawl.folder" -}}
{{- $kustomization := include "pawl.file" (dict "name" (print .folder "/kustomization.yaml") "chart" .chart) | fromYaml }}
{{- $labels := dict
      "app.kubernetes.io/managed-by" .chart.Release.Service
      "app.kubernetes.io/instance" .chart.Release.Name
      "helm.sh/chart" (print .chart.Chart.Name "-" .chart.Chart.Version) }}
{{- range $kustomization.labels }}
  {{- $labels = merge $labels .pairs }}
{{- end }}
{{- range $name := $kustomization.resources }}
  {{- if hasSuffix ".yaml" $name }}
    {{- $text := include "pawl.file" (dict "name" (print $.folder "/" $name) "chart" $.chart) }}
    {{- range regexSplit "(?m)^---$" $text -1 }}
      {{- $object := fromYaml . }}
      {{- if not $object.kind }}{{ fail (printf "%s/%s holds a document without a kind: %s" $.folder $name $object.Error) }}{{ end }}
      {{- include "pawl.object" (merge (dict "object" $object "labels" $labels) $) }}
    {{- end }}
  {{- end }}
{{- end }}
{{- end }}

{{/* A file of the chart, with the release's namespaces in place of those that it names. */}}
{{- define "pawl.file" -}}
{{- $text := .chart.Files.Get .name | required (printf "the chart holds no %s; package it from a checkout that has its symbolic links" .name) }}
{{- /* By way of a name that no namespace has, for a release may be in a namespace pawl-gate. */}}
{{- $names := "(namespace[:=] ?|serviceaccount:)" }}
{{- $text = regexReplaceAll (print $names "pawl-gate\\b") $text "${1}THE_GATE" }}
{{- $text = regexReplaceAll (print $names "pawl-system\\b") $text (print "${1}" .chart.Release.Namespace) }}
{{- regexReplaceAll (print $names "THE_GATE\\b") $text (print "${1}" .chart.Values.gate.namespace) }}
{{- end }}
