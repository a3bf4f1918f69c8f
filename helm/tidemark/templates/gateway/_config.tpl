{{- define "tidemark.gateway.config" -}}
{{- $own := dict "tidemark" (dict "coordinators" (include "tidemark.coordinatorUrls" .)) -}}
{{- toYaml (mergeOverwrite $own (deepCopy .Values.gateway.config)) -}}
{{- end -}}
