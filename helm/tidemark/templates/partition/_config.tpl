{{- define "tidemark.partition.config" -}}
{{- $full := include "tidemark.fullname" . -}}
{{- $p := dict "advertised-host" (printf "${POD_NAME}.%s-partition.%s.svc.%s" $full .Release.Namespace .Values.clusterDomain) -}}
{{- $disks := list -}}
{{- range .Values.partition.persistence.moreDisks -}}
{{- $disks = append $disks (printf "/var/lib/tidemark-disks/%s/log" .name) -}}
{{- end -}}
{{- if $disks -}}
{{- $_ := set $p "log-dirs" (prepend $disks "/var/lib/tidemark/log") -}}
{{- end -}}
{{- $own := dict "tidemark" (dict "coordinators" (include "tidemark.coordinatorUrls" .) "partition" $p "liveness" .Values.liveness) -}}
{{- toYaml (mergeOverwrite $own (deepCopy .Values.partition.config)) -}}
{{- end -}}

{{/* What clients outside are told of one node: a Spring profile of its own. Takes root, entry. */}}
{{- define "tidemark.partition.nodeConfig" -}}
{{- $listener := dict "name" "EXTERNAL" "port" .root.Values.partition.external.port "advertised-host" .entry.host "advertised-port" .entry.port -}}
{{- toYaml (dict "tidemark" (dict "partition" (dict "more-listeners" (list $listener)))) -}}
{{- end -}}
