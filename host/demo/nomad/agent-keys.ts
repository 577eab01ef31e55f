type Json = Readonly<Record<string, unknown>>;

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** The keys that Nomad 2.0.5 knows in each block that it looks into; other blocks it takes as they are. */
const blocks: Readonly<Record<string, ReadonlySet<string>>> = {
  '': words(
    'acl addresses advertise audit autopilot bind_addr client consul data_dir datacenter disable_anonymous_signature disable_update_check enable_debug enable_syslog eventlog http_api_response_headers keyring leave_on_interrupt leave_on_terminate limits log_file log_include_location log_json log_level log_rotate_bytes log_rotate_duration log_rotate_max_files name plugin plugin_dir ports region reporting rpc sentinel server syslog_facility telemetry tls ui vault',
  ),
  client: words(
    'alloc_dir alloc_mounts_dir artifact bind_wildcard_default_host_network bridge_network_hairpin_mode bridge_network_name bridge_network_subnet bridge_network_subnet_ipv6 cgroup_parent chroot_env client_max_port client_min_port cni_config_dir cni_path common_plugin_dir cpu_disable_dmidecode cpu_total_compute default_ineligible disable_remote_exec disk_free_mb disk_total_mb drain_on_shutdown enabled fingerprint gc_disk_usage_threshold gc_inode_usage_threshold gc_interval gc_max_allocs gc_parallel_destroys gc_volumes_on_node_gc host_network host_volume host_volume_plugin_dir host_volumes_dir log_file max_dynamic_port max_kill_timeout memory_total_mb meta min_dynamic_port network_interface network_speed no_host_uuid node_class node_max_allocs node_pool nomad_service_discovery options preferred_address_family reservable_cores reserved server_join servers state_dir stats template users',
  ),
  'reserved.client': words('cpu memory disk cores reserved_ports'),
  'server_join.client': words('start_join retry_join retry_max retry_interval'),
  acl: words(
    'enabled token_ttl policy_ttl role_ttl replication_token token_min_expiration_ttl token_max_expiration_ttl',
  ),
  tls: words(
    'http rpc verify_server_hostname ca_file cert_file key_file rpc_upgrade_mode verify_https_client tls_cipher_suites tls_min_version',
  ),
  ports: words('http rpc serf'),
  advertise: words('http rpc serf'),
  telemetry: words(
    'collection_interval in_memory_collection_interval in_memory_retention_period disable_hostname prometheus_metrics publish_allocation_metrics publish_node_metrics use_node_name',
  ),
};

/** What the Docker driver takes of its configuration, block by block. */
const docker: Readonly<Record<string, ReadonlySet<string>>> = {
  '': words(
    'endpoint auth tls extra_labels logging gc volumes allow_privileged allow_caps nvidia_runtime allow_runtimes infra_image infra_image_pull_timeout image_pull_timeout container_exists_attempts oom_score_adj pull_activity_timeout pids_limit disable_log_collection windows_allow_insecure_container_admin allowed_modes',
  ),
  gc: words('image image_delay container dangling_containers'),
  dangling_containers: words('enabled period creation_grace dry_run'),
  volumes: words('enabled selinuxlabel'),
  allowed_modes: words('pid ipc userns uts'),
};

/** What the agent says of keys that it does not know, as the middle of its message; null: it knows them all. */
export function unknownKeys(json: Json): string | null {
  for (const [block, known] of Object.entries(blocks)) {
    const [name = '', of] = block.split('.');
    const within = of === undefined ? json : blockIn(json, of);
    const strange = Object.keys(block === '' ? within : blockIn(within, name)).filter(
      (key) => !known.has(key),
    );
    if (strange.length > 0) return `${block} unexpected keys ${strange.join(', ')}`.trimStart();
  }
  return null;
}

/** A key of the Docker driver's that it does not know; the agent finds it at its start, not when it validates. Null: it knows them all. */
export function unknownDriverKey(config: Json, block = ''): string | null {
  const known = docker[block];
  for (const [key, value] of Object.entries(config)) {
    if (known !== undefined && !known.has(key)) return key;
    if (!isBlock(value)) continue;
    const inner = unknownDriverKey(value, key);
    if (inner !== null) return inner;
  }
  return null;
}

/** A block: an object, or a list of one. */
export function blockIn(json: Json, key: string): Json {
  const value = json[key];
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return isBlock(one) ? one : {};
}

const isBlock = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
