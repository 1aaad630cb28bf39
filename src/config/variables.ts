/** An environment variable of the server itself, and the setting of `config/bridge.yml` it fills. */
export interface ServerVariable {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Section and key; absent where the file has no such setting. */
  readonly path?: readonly [section: string, key: string];
  /** "value": the whole is secret. "password": only the password inside a URL or connection string is. */
  readonly secret?: "value" | "password";
}

/** Every variable the server reads beside those of its channels and backends. */
export const SERVER_VARIABLES: readonly ServerVariable[] = [
  { name: "PONTE_CONFIG" },
  { name: "PORT", path: ["server", "port"] },
  { name: "HOST", path: ["server", "host"] },
  { name: "PUBLIC_URL", path: ["server", "public_url"] },
  { name: "PONTE_ROLE", path: ["server", "role"] },
  { name: "LOG_LEVEL", path: ["server", "log_level"] },
  { name: "PONTE_ADMIN_KEY", path: ["server", "admin_key"], secret: "value" },
  { name: "PONTE_TRUST_PROXY", path: ["server", "trust_proxy"] },
  { name: "PONTE_METRICS_PUBLIC", path: ["server", "metrics_public"] },
  { name: "PONTE_ALLOW_INSECURE", path: ["server", "allow_insecure"] },
  { name: "PONTE_SERVICE_NAME", path: ["server", "service_name"] },
  { name: "MESSAGING_TESTS_ENABLED", path: ["server", "messaging_tests_enabled"] },
  { name: "MESSAGING_TEST_RECIPIENT", path: ["server", "messaging_test_recipient"] },
  { name: "DATABASE_URL", path: ["database", "url"], secret: "password" },
  { name: "PONTE_DATA_DIR", path: ["database", "data_dir"] },
  {
    name: "REDIS_URL",
    aliases: ["AZURE_REDIS_CONNECTIONSTRING"],
    path: ["redis", "url"],
    secret: "password",
  },
  { name: "PONTE_SPOOL_DIR", path: ["spool", "folder"] },
  { name: "PONTE_MEDIA_KEY", path: ["media", "key"], secret: "value" },
  { name: "S3_ENDPOINT", path: ["media", "s3_endpoint"] },
  { name: "S3_BUCKET", path: ["media", "s3_bucket"] },
  { name: "S3_REGION", path: ["media", "s3_region"] },
  { name: "S3_ACCESS_KEY_ID", path: ["media", "s3_access_key_id"] },
  { name: "S3_SECRET_ACCESS_KEY", path: ["media", "s3_secret_access_key"], secret: "value" },
  { name: "RABBITMQ_URL", path: ["notifications", "rabbitmq_url"], secret: "password" },
  { name: "ENABLE_WHATSAPP_NOTIFICATIONS", path: ["notifications", "enabled"] },
  { name: "PONTE_SIMULATOR", path: ["simulator", "mode"] },
  { name: "RASA_START_FORWARD", path: ["commands", "start_forward"] },
  { name: "OTEL_EXPORTER_OTLP_ENDPOINT" },
  { name: "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" },
  { name: "OTEL_TRACES_SAMPLER" },
  { name: "OTEL_TRACES_SAMPLER_ARG" },
  { name: "OTEL_SDK_DISABLED" },
];

/** The configuration file read where `PONTE_CONFIG` names no other. */
export const DEFAULT_CONFIG_FILE = "config/bridge.yml";
