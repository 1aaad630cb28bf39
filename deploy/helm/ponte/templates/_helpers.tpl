{{- define "ponte.name" -}}
{{- printf "%s" .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "ponte.labels" -}}
app.kubernetes.io/name: ponte
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "ponte.selector" -}}
app.kubernetes.io/name: ponte
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "ponte.image" -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}

{{- define "ponte.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "ponte.name" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The configuration file: what was given, with the time a pod drains. */}}
{{- define "ponte.config" -}}
{{- $server := dict "server" (dict "drain_ms" (int .Values.drainMs)) -}}
{{- toYaml (merge (deepCopy .Values.config) $server) -}}
{{- end -}}

{{/* Where the variables of every container come from. */}}
{{- define "ponte.env" -}}
envFrom:
  - secretRef:
      name: {{ required "existingSecret: name a Secret that holds DATABASE_URL and PONTE_ADMIN_KEY" .Values.existingSecret }}
env:
  - name: PONTE_CONFIG
    value: /etc/ponte/bridge.yml
  - name: HOST
    value: 0.0.0.0
  - name: PORT
    value: "5006"
{{- range $name, $value := .Values.env }}
  - name: {{ $name }}
    value: {{ $value | quote }}
{{- end }}
{{- end -}}

{{/* No more rights than a process needs; 1000 is the user `node` of the image. */}}
{{- define "ponte.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "ponte.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}
