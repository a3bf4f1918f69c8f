{{- define "tidemark.coordinator.config" -}}
{{- $full := include "tidemark.fullname" . -}}
{{- $peers := list -}}
{{- range $i := until (int .Values.coordinator.replicas) -}}
{{- $host := printf "%s-coordinator-%d.%s-coordinator.%s.svc.%s" $full $i $full $.Release.Namespace $.Values.clusterDomain -}}
{{- $peers = append $peers (dict "id" (printf "%s-coordinator-%d" $full $i) "host" $host "port" 8190 "url" (printf "http://%s:8090" $host)) -}}
{{- end -}}
{{- $defaults := dict "[default.replication.factor]" (toString .Values.cluster.defaultReplicationFactor) "[min.insync.replicas]" (toString .Values.cluster.minInsyncReplicas) -}}
{{- $kafka := dict "advertised-host" (printf "${POD_NAME}.%s-coordinator.%s.svc.%s" $full .Release.Namespace .Values.clusterDomain) -}}
{{- $own := dict "tidemark" (dict "coordinator" (dict "id" "${POD_NAME}" "cluster-id" .Values.cluster.id "peers" $peers "defaults" $defaults "kafka" $kafka "session-timeout" .Values.coordinator.sessionTimeout "session-timeout-max" .Values.coordinator.sessionTimeoutMax "election-timeout" .Values.coordinator.electionTimeout) "liveness" .Values.liveness) -}}
{{- toYaml (mergeOverwrite $own (deepCopy .Values.coordinator.config)) -}}
{{- end -}}
