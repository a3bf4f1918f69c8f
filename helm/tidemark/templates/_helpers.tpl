{{- define "tidemark.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "tidemark.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "tidemark.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "tidemark.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What selects a component's pods. Takes root, component. */}}
{{- define "tidemark.selector" -}}
app.kubernetes.io/name: {{ include "tidemark.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "tidemark.labels" -}}
{{ include "tidemark.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Takes root, image. */}}
{{- define "tidemark.image" -}}
{{- $i := .root.Values.image -}}
{{- with $i.registry }}{{ . }}/{{ end }}{{ with $i.prefix }}{{ . }}/{{ end }}{{ .image }}:{{ $i.tag | default .root.Chart.AppVersion }}
{{- end -}}

{{/* Takes root, component, values. */}}
{{- define "tidemark.serviceAccountName" -}}
{{- if .values.serviceAccount.create -}}
{{- default (printf "%s-%s" (include "tidemark.fullname" .root) .component) .values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "tidemark.coordinatorUrls" -}}
{{- $full := include "tidemark.fullname" . -}}
{{- $urls := list -}}
{{- range $i := until (int .Values.coordinator.replicas) -}}
{{- $urls = append $urls (printf "http://%s-coordinator-%d.%s-coordinator.%s.svc.%s:8090" $full $i $full $.Release.Namespace $.Values.clusterDomain) -}}
{{- end -}}
{{- join "," $urls -}}
{{- end -}}

{{/* Where a pod may stand, as every pod is told. Takes what is under scheduling. */}}
{{- define "tidemark.placement" -}}
{{- $keys := dict -}}
{{- range $key := list "priorityClassName" "nodeSelector" "tolerations" "affinity" -}}
{{- with get $ $key -}}
{{- $_ := set $keys $key . -}}
{{- end -}}
{{- end -}}
{{- with $keys -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}

{{/* Who a pod is, and where it may stand. Takes root, component, values. */}}
{{- define "tidemark.podBasics" -}}
serviceAccountName: {{ include "tidemark.serviceAccountName" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .root.Values.podSecurityContext }}
securityContext: {{- toYaml . | nindent 2 }}
{{- end }}
{{- $s := .values.scheduling }}
{{- with include "tidemark.placement" $s }}
{{ . }}
{{- end }}
{{- if $s.affinity }}{{/* said above */}}
{{- else if eq $s.antiAffinity "hard" }}
affinity:
  podAntiAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels: {{- include "tidemark.selector" . | nindent 12 }}
{{- else if eq $s.antiAffinity "soft" }}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels: {{- include "tidemark.selector" . | nindent 14 }}
{{- end }}
{{- if $s.zoneSpread.enabled }}
topologySpreadConstraints:
  - topologyKey: {{ $s.zoneSpread.topologyKey }}
    maxSkew: {{ $s.zoneSpread.maxSkew }}
    whenUnsatisfiable: {{ $s.zoneSpread.whenUnsatisfiable }}
    labelSelector:
      matchLabels: {{- include "tidemark.selector" . | nindent 8 }}
{{- end }}
terminationGracePeriodSeconds: {{ .values.terminationGracePeriodSeconds }}
{{- end -}}

{{- define "tidemark.containerSecurity" -}}
{{- toYaml .Values.containerSecurityContext -}}
{{- end -}}

{{/* What a component's pods are labelled with: nothing that another version of the chart changes, or it would restart them all. */}}
{{- define "tidemark.podLabels" -}}
{{ include "tidemark.selector" . }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Liveness is the process and every thread in it that owns something; readiness is latched; the start is as long as recovery may take. */}}
{{- define "tidemark.probes" -}}
startupProbe:
  httpGet: {path: /actuator/health/liveness, port: management}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: {{ max 1 (ceil (divf (float64 .startupSeconds) 5.0) | int) }}
livenessProbe:
  httpGet: {path: /actuator/health/liveness, port: management}
  periodSeconds: 10
  timeoutSeconds: 10
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /actuator/health/readiness, port: management}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 3
{{- end -}}

{{- define "tidemark.podMetadata" -}}
labels:
  {{- include "tidemark.podLabels" . | nindent 2 }}
  {{- with .values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
annotations:
  checksum/config: {{ .config | sha256sum }}
  {{- with .values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* Takes values of persistence, and a claim's name where it is not that of the data folder. */}}
{{- define "tidemark.volumeClaim" -}}
- metadata:
    name: {{ .claim | default "data" }}
    {{- with .annotations }}
    annotations: {{- toYaml . | nindent 6 }}
    {{- end }}
  spec:
    accessModes: {{- toYaml .accessModes | nindent 6 }}
    {{- if .storageClass }}
    storageClassName: {{ .storageClass | quote }}
    {{- end }}
    resources:
      requests:
        storage: {{ .size }}
{{- end -}}

{{- define "tidemark.dns" -}}
- ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
{{- end -}}

{{/* What a schema cannot say. */}}
{{- define "tidemark.check" -}}
{{- $v := .Values -}}
{{- if gt (int $v.cluster.defaultReplicationFactor) (int $v.partition.replicas) -}}
{{- fail (printf "cluster.defaultReplicationFactor is %d, but partition.replicas is %d: topics cannot have more replicas than there are nodes" (int $v.cluster.defaultReplicationFactor) (int $v.partition.replicas)) -}}
{{- end -}}
{{- if gt (int $v.cluster.minInsyncReplicas) (int $v.cluster.defaultReplicationFactor) -}}
{{- fail (printf "cluster.minInsyncReplicas is %d, but cluster.defaultReplicationFactor is %d: nothing could be acknowledged" (int $v.cluster.minInsyncReplicas) (int $v.cluster.defaultReplicationFactor)) -}}
{{- end -}}
{{- if gt (mul 2 (int $v.partition.drainSeconds)) (int $v.partition.terminationGracePeriodSeconds) -}}
{{- fail (printf "partition.drainSeconds is %d: must be at most half of partition.terminationGracePeriodSeconds, which is %d" (int $v.partition.drainSeconds) (int $v.partition.terminationGracePeriodSeconds)) -}}
{{- end -}}
{{- if and $v.partition.external.enabled (ne (len $v.partition.external.advertised) (int $v.partition.replicas)) -}}
{{- fail (printf "partition.external.advertised has %d entries, but partition.replicas is %d: clients have to be told an address of each node" (len $v.partition.external.advertised) (int $v.partition.replicas)) -}}
{{- end -}}
{{- $external := $v.partition.external -}}
{{- if and $external.enabled (eq $external.type "NodePort") -}}
{{- if eq $external.externalTrafficPolicy "Local" -}}
{{- fail "partition.external.externalTrafficPolicy is Local with type NodePort: a machine answers only for pods on itself, and pods move, so that the hosts in partition.external.advertised would lead nowhere; use Cluster, or type LoadBalancer" -}}
{{- end -}}
{{- range $i, $entry := $external.advertised -}}
{{- if not $entry.nodePort -}}
{{- fail (printf "partition.external.advertised[%d] has no nodePort: with type NodePort, Kubernetes would choose one that clients are not told" $i) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $v.partition.rackFromZone (semverCompare "<1.35.0-0" .Capabilities.KubeVersion.Version) -}}
{{- fail (printf "partition.rackFromZone takes the label topology.kubernetes.io/zone of pods, which Kubernetes sets from 1.35 on; this is %s. Leave it out, and set tidemark.partition.rack another way, or upgrade Kubernetes" .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- $disks := dict -}}
{{- range $v.partition.persistence.moreDisks -}}
{{- if hasKey $disks .name -}}
{{- fail (printf "partition.persistence.moreDisks names %s twice" .name) -}}
{{- end -}}
{{- $_ := set $disks .name true -}}
{{- end -}}
{{- if and $v.partition.persistence.moreDisks (dig "tidemark" "partition" "log-dirs" "" $v.partition.config) -}}
{{- fail "partition.config sets tidemark.partition.log-dirs, and so does partition.persistence.moreDisks: leave one out" -}}
{{- end -}}
{{- with $v.gateway.autoscaling -}}
{{- if and .enabled (not .targetCPUUtilizationPercentage) (not .targetInFlightBytes) (not .targetOpenStreams) -}}
{{- fail "gateway.autoscaling has no target: set targetCPUUtilizationPercentage, targetInFlightBytes or targetOpenStreams above 0, or switch it off" -}}
{{- end -}}
{{- end -}}
{{- if .Release.IsUpgrade -}}
{{- $made := lookup "v1" "ConfigMap" .Release.Namespace (printf "%s-coordinator" (include "tidemark.fullname" .)) -}}
{{- with $made -}}
{{- $peers := dig "tidemark" "coordinator" "peers" list (get .data "application.yaml" | default "" | fromYaml) -}}
{{- if and $peers (ne (len $peers) (int $v.coordinator.replicas)) -}}
{{- fail (printf "coordinator.replicas is %d, but this cluster was made with %d: their number is fixed then, and with another one they would not agree on what was decided" (int $v.coordinator.replicas) (len $peers)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (eq $v.redis.mode "external") (not $v.redis.external.url) (not $v.redis.external.urlSecret.name) -}}
{{- fail "redis.mode is external: set redis.external.url or redis.external.urlSecret.name" -}}
{{- end -}}
{{- if and $v.gateway.ingress.enabled (not $v.gateway.ingress.hosts) -}}
{{- fail "gateway.ingress.enabled is true: name at least one host in gateway.ingress.hosts" -}}
{{- end -}}
{{- if and $v.gateway.autoscaling.enabled (gt (int $v.gateway.autoscaling.minReplicas) (int $v.gateway.autoscaling.maxReplicas)) -}}
{{- fail (printf "gateway.autoscaling.minReplicas is %d: must be at most gateway.autoscaling.maxReplicas, which is %d" (int $v.gateway.autoscaling.minReplicas) (int $v.gateway.autoscaling.maxReplicas)) -}}
{{- end -}}
{{- end -}}
