{{- define "tidemark.gateway.config" -}}
{{- $own := dict "tidemark" (dict "coordinators" (include "tidemark.coordinatorUrls" .) "liveness" .Values.liveness) -}}
{{- toYaml (mergeOverwrite $own (deepCopy .Values.gateway.config)) -}}
{{- end -}}
