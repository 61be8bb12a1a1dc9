const MADE_BY = '# Made by `npm run generate`.';

/** The configuration of the Prometheus in k8s/observability: its rules and scrape targets. */
export const prometheusConfig = (services: readonly string[]): string => `${MADE_BY}
global:
  scrape_interval: 5s
  evaluation_interval: 15s
rule_files:
${services.map(service => `  - rules/${service}.yaml\n`).join('')}scrape_configs:
  # Dashboards and alerts select by the job, which is the service's name. Its ops Service resolves to every pod.
${services.map(scrapeConfig).join('')}`;

const scrapeConfig = (service: string): string => `  - job_name: ${service}
    dns_sd_configs:
      - names: [${service}-ops]
        type: A
        port: 9090
        refresh_interval: 5s
`;

/** The kustomization of k8s/observability, with ConfigMaps of the generated files. */
export const kustomization = (services: readonly string[]): string => `${MADE_BY}
# kubectl apply -k k8s/observability --namespace duet: into the namespace of the services.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - jaeger.yaml
  - prometheus.yaml
  - grafana.yaml
configMapGenerator:
  - name: prometheus
    files:
      - prometheus.yml
  - name: prometheus-rules
    files:
${services.map(service => `      - rules/${service}.yaml\n      - rules/${service}.test.yaml\n`).join('')}  - name: grafana-datasources
    files:
      - grafana/datasources.yaml
  - name: grafana-provider
    files:
      - grafana/provider.yaml
  - name: grafana-dashboards
    files:
${services.map(service => `      - dashboards/${service}.json\n`).join('')}`;
