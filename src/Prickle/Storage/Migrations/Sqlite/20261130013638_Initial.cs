using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Prickle.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "actions",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: false),
                    tags = table.Column<string>(type: "TEXT", nullable: false),
                    steps = table.Column<string>(type: "TEXT", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    is_deleted = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_actions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "activity_log",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    organization_id = table.Column<int>(type: "INTEGER", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: true),
                    user_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    user_email = table.Column<string>(type: "TEXT", nullable: true),
                    key_name = table.Column<string>(type: "TEXT", nullable: true),
                    verb = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    resource = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    item_id = table.Column<string>(type: "TEXT", nullable: false),
                    item_name = table.Column<string>(type: "TEXT", nullable: false),
                    before = table.Column<string>(type: "TEXT", nullable: true),
                    after = table.Column<string>(type: "TEXT", nullable: true),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_activity_log", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "annotations",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    organization_id = table.Column<int>(type: "INTEGER", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    content = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    marker = table.Column<long>(type: "INTEGER", nullable: false),
                    scope = table.Column<int>(type: "INTEGER", nullable: false),
                    dashboard_id = table.Column<int>(type: "INTEGER", nullable: true),
                    tags = table.Column<string>(type: "TEXT", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    is_deleted = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_annotations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "automation_cohorts",
                columns: table => new
                {
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    cohort_id = table.Column<int>(type: "INTEGER", nullable: false),
                    calculated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    members = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_automation_cohorts", x => new { x.project_id, x.cohort_id });
                });

            migrationBuilder.CreateTable(
                name: "automation_cursors",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    position = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_automation_cursors", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "automation_message_days",
                columns: table => new
                {
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    person_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    day = table.Column<long>(type: "INTEGER", nullable: false),
                    count = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_automation_message_days", x => new { x.project_id, x.person_id, x.day });
                });

            migrationBuilder.CreateTable(
                name: "automation_message_rules",
                columns: table => new
                {
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    messages_per_day = table.Column<int>(type: "INTEGER", nullable: true),
                    quiet_from = table.Column<TimeOnly>(type: "TEXT", nullable: true),
                    quiet_to = table.Column<TimeOnly>(type: "TEXT", nullable: true),
                    opt_out_property = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_automation_message_rules", x => x.project_id);
                });

            migrationBuilder.CreateTable(
                name: "automation_messages",
                columns: table => new
                {
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    person_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    day = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_automation_messages", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "automations",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    draft = table.Column<string>(type: "TEXT", nullable: false),
                    published_version = table.Column<int>(type: "INTEGER", nullable: true),
                    finishes_waiting = table.Column<bool>(type: "INTEGER", nullable: false),
                    next_at = table.Column<long>(type: "INTEGER", nullable: true),
                    webhook_token = table.Column<string>(type: "TEXT", nullable: false),
                    is_deleted = table.Column<bool>(type: "INTEGER", nullable: false),
                    edition = table.Column<int>(type: "INTEGER", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_automations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "cohort_runs",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    cohort_id = table.Column<int>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: true),
                    seconds = table.Column<double>(type: "REAL", nullable: false),
                    error = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cohort_runs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "cohorts",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: false),
                    is_static = table.Column<bool>(type: "INTEGER", nullable: false),
                    criteria = table.Column<string>(type: "TEXT", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    is_deleted = table.Column<bool>(type: "INTEGER", nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: true),
                    calculated_at = table.Column<long>(type: "INTEGER", nullable: true),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    edition = table.Column<int>(type: "INTEGER", nullable: false),
                    calculated_edition = table.Column<int>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cohorts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "dashboard_templates",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    organization_id = table.Column<int>(type: "INTEGER", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    scope = table.Column<int>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    template = table.Column<string>(type: "TEXT", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    is_deleted = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dashboard_templates", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "dashboards",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: false),
                    tags = table.Column<string>(type: "TEXT", nullable: false),
                    pinned = table.Column<bool>(type: "INTEGER", nullable: false),
                    filters = table.Column<string>(type: "TEXT", nullable: false),
                    filter_sets = table.Column<string>(type: "TEXT", nullable: false),
                    refresh_interval_seconds = table.Column<int>(type: "INTEGER", nullable: true),
                    binding = table.Column<string>(type: "TEXT", nullable: true),
                    created_by = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_modified_by = table.Column<string>(type: "TEXT", nullable: true),
                    last_modified_at = table.Column<long>(type: "INTEGER", nullable: false),
                    deleted = table.Column<bool>(type: "INTEGER", nullable: false),
                    share_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    share_password = table.Column<string>(type: "TEXT", nullable: true),
                    share_expires_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dashboards", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "destinations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    fields = table.Column<string>(type: "TEXT", nullable: false),
                    @sealed = table.Column<string>(name: "sealed", type: "TEXT", nullable: false),
                    secret_names = table.Column<string>(type: "TEXT", nullable: false),
                    enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    switched_off_at = table.Column<long>(type: "INTEGER", nullable: true),
                    switched_off_because = table.Column<string>(type: "TEXT", nullable: true),
                    failures = table.Column<int>(type: "INTEGER", nullable: false),
                    failing_since = table.Column<long>(type: "INTEGER", nullable: true),
                    last_used_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_outcome = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    last_detail = table.Column<string>(type: "TEXT", nullable: true),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_destinations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "event_definitions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: false),
                    tags = table.Column<string>(type: "TEXT", nullable: false),
                    owner = table.Column<string>(type: "TEXT", nullable: false),
                    is_verified = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_hidden = table.Column<bool>(type: "INTEGER", nullable: false),
                    first_seen_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_seen_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_event_definitions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "event_properties",
                columns: table => new
                {
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    @event = table.Column<string>(name: "event", type: "TEXT", nullable: false),
                    property = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_event_properties", x => new { x.project_id, x.@event, x.property });
                });

            migrationBuilder.CreateTable(
                name: "feature_flag_editions",
                columns: table => new
                {
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    edition = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_feature_flag_editions", x => x.project_id);
                });

            migrationBuilder.CreateTable(
                name: "feature_flag_hash_keys",
                columns: table => new
                {
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    distinct_id = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    flag_id = table.Column<int>(type: "INTEGER", nullable: false),
                    hash_key = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_feature_flag_hash_keys", x => new { x.project_id, x.distinct_id, x.flag_id });
                });

            migrationBuilder.CreateTable(
                name: "feature_flag_steps",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    flag_id = table.Column<int>(type: "INTEGER", nullable: false),
                    ramp_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    wake_at = table.Column<long>(type: "INTEGER", nullable: true),
                    change = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    paused_at = table.Column<long>(type: "INTEGER", nullable: true),
                    detail = table.Column<string>(type: "TEXT", nullable: true),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    done_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_feature_flag_steps", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "feature_flags",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    taken_key = table.Column<string>(type: "TEXT", maxLength: 400, nullable: true),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    filters = table.Column<string>(type: "TEXT", nullable: false),
                    active = table.Column<bool>(type: "INTEGER", nullable: false),
                    tags = table.Column<string>(type: "TEXT", nullable: false),
                    ensure_experience_continuity = table.Column<bool>(type: "INTEGER", nullable: false),
                    bucketing_identifier = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    evaluation_contexts = table.Column<string>(type: "TEXT", nullable: false),
                    evaluation_runtime = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    is_remote_configuration = table.Column<bool>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    is_archived = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_deleted = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_feature_flags", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "group_types",
                columns: table => new
                {
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    type_index = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_group_types", x => new { x.project_id, x.type_index });
                });

            migrationBuilder.CreateTable(
                name: "groups",
                columns: table => new
                {
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    type_index = table.Column<int>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    properties = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    mirrored_version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_groups", x => new { x.project_id, x.type_index, x.key });
                });

            migrationBuilder.CreateTable(
                name: "house_alert_entries",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    rule_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organization_id = table.Column<int>(type: "INTEGER", nullable: false),
                    server_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    metric = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    node = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    happening = table.Column<int>(type: "INTEGER", nullable: false),
                    value = table.Column<double>(type: "REAL", nullable: true),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    told = table.Column<string>(type: "TEXT", nullable: true),
                    tries = table.Column<int>(type: "INTEGER", nullable: false),
                    next_try_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_house_alert_entries", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "house_alert_rules",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organization_id = table.Column<int>(type: "INTEGER", nullable: false),
                    server_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    terms = table.Column<string>(type: "TEXT", nullable: false),
                    way = table.Column<string>(type: "TEXT", nullable: true),
                    destination_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    muted_until = table.Column<long>(type: "INTEGER", nullable: true),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_house_alert_rules", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "house_alert_standings",
                columns: table => new
                {
                    rule_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    node = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    condition = table.Column<int>(type: "INTEGER", nullable: false),
                    streak = table.Column<int>(type: "INTEGER", nullable: false),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    read_at = table.Column<long>(type: "INTEGER", nullable: false),
                    value = table.Column<double>(type: "REAL", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_house_alert_standings", x => new { x.rule_id, x.node });
                });

            migrationBuilder.CreateTable(
                name: "house_backup_jobs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organization_id = table.Column<int>(type: "INTEGER", nullable: false),
                    server_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    backup_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    plan_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    tables = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    requested_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: true),
                    asked_at = table.Column<long>(type: "INTEGER", nullable: true),
                    finished_at = table.Column<long>(type: "INTEGER", nullable: true),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    total_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    findings = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_house_backup_jobs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "house_backup_plans",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organization_id = table.Column<int>(type: "INTEGER", nullable: false),
                    server_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    terms = table.Column<string>(type: "TEXT", nullable: false),
                    target_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    is_paused = table.Column<bool>(type: "INTEGER", nullable: false),
                    next_full_at = table.Column<long>(type: "INTEGER", nullable: true),
                    next_incremental_at = table.Column<long>(type: "INTEGER", nullable: true),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_house_backup_plans", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "house_backup_targets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organization_id = table.Column<int>(type: "INTEGER", nullable: false),
                    server_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    folder = table.Column<string>(type: "TEXT", nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", nullable: false),
                    bucket = table.Column<string>(type: "TEXT", nullable: false),
                    prefix = table.Column<string>(type: "TEXT", nullable: false),
                    region = table.Column<string>(type: "TEXT", nullable: false),
                    key_id = table.Column<string>(type: "TEXT", nullable: false),
                    @sealed = table.Column<string>(name: "sealed", type: "TEXT", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_house_backup_targets", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "house_backups",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organization_id = table.Column<int>(type: "INTEGER", nullable: false),
                    server_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    plan_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    plan_name = table.Column<string>(type: "TEXT", nullable: false),
                    target_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    chain_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    scope = table.Column<string>(type: "TEXT", nullable: false),
                    node = table.Column<string>(type: "TEXT", nullable: true),
                    hashes_rows = table.Column<bool>(type: "INTEGER", nullable: false),
                    timeout_minutes = table.Column<int>(type: "INTEGER", nullable: false),
                    path = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    requested_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: true),
                    asked_at = table.Column<long>(type: "INTEGER", nullable: true),
                    finished_at = table.Column<long>(type: "INTEGER", nullable: true),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    files = table.Column<long>(type: "INTEGER", nullable: false),
                    total_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    fingerprint = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_house_backups", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "house_console_history",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organization_id = table.Column<int>(type: "INTEGER", nullable: false),
                    server_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    user_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    node = table.Column<string>(type: "TEXT", nullable: false),
                    statement = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    elapsed_ms = table.Column<double>(type: "REAL", nullable: false),
                    row_count = table.Column<int>(type: "INTEGER", nullable: true),
                    refusal = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_house_console_history", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "house_operation_events",
                columns: table => new
                {
                    operation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    sequence = table.Column<int>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    actor = table.Column<string>(type: "TEXT", nullable: false),
                    what = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    detail = table.Column<string>(type: "TEXT", nullable: true),
                    step = table.Column<int>(type: "INTEGER", nullable: true),
                    node = table.Column<string>(type: "TEXT", nullable: true),
                    statement = table.Column<string>(type: "TEXT", nullable: true),
                    query_id = table.Column<string>(type: "TEXT", nullable: true),
                    hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_house_operation_events", x => new { x.operation_id, x.sequence });
                });

            migrationBuilder.CreateTable(
                name: "house_operation_steps",
                columns: table => new
                {
                    operation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    step = table.Column<int>(type: "INTEGER", nullable: false),
                    node = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    done = table.Column<long>(type: "INTEGER", nullable: false),
                    all = table.Column<long>(type: "INTEGER", nullable: false),
                    sent = table.Column<int>(type: "INTEGER", nullable: false),
                    memory = table.Column<string>(type: "TEXT", nullable: true),
                    detail = table.Column<string>(type: "TEXT", nullable: true),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_house_operation_steps", x => new { x.operation_id, x.step, x.node });
                });

            migrationBuilder.CreateTable(
                name: "house_operations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organization_id = table.Column<int>(type: "INTEGER", nullable: false),
                    server_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    title = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    definition = table.Column<string>(type: "TEXT", nullable: false),
                    hash = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    step = table.Column<int>(type: "INTEGER", nullable: false),
                    detail = table.Column<string>(type: "TEXT", nullable: true),
                    wish = table.Column<int>(type: "INTEGER", nullable: false),
                    throttle = table.Column<string>(type: "TEXT", nullable: false),
                    plan = table.Column<string>(type: "TEXT", nullable: true),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_by_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    approved_by = table.Column<string>(type: "TEXT", nullable: true),
                    started_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    drop_at = table.Column<long>(type: "INTEGER", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    lease_owner = table.Column<Guid>(type: "TEXT", nullable: true),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true),
                    fence = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_house_operations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "in_app_messages",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    person_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    distinct_id = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    content = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    shown_at = table.Column<long>(type: "INTEGER", nullable: true),
                    shown_by = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    closed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    clicked_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_in_app_messages", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "insights",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    short_id = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: false),
                    tags = table.Column<string>(type: "TEXT", nullable: false),
                    favorited = table.Column<bool>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    query = table.Column<string>(type: "TEXT", nullable: false),
                    created_by_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    created_by = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_modified_by = table.Column<string>(type: "TEXT", nullable: true),
                    last_modified_at = table.Column<long>(type: "INTEGER", nullable: false),
                    deleted = table.Column<bool>(type: "INTEGER", nullable: false),
                    share_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_insights", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "installation",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    set_up_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_installation", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "organizations",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_organizations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "person_deletions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    person_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    with_events = table.Column<bool>(type: "INTEGER", nullable: false),
                    distinct_ids = table.Column<string>(type: "TEXT", nullable: false),
                    deleted_at = table.Column<long>(type: "INTEGER", nullable: true),
                    is_forgotten = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_person_deletions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "person_distinct_ids",
                columns: table => new
                {
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    distinct_id = table.Column<string>(type: "TEXT", nullable: false),
                    person_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    is_override = table.Column<bool>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    replaces_version = table.Column<long>(type: "INTEGER", nullable: false),
                    changed_by = table.Column<Guid>(type: "TEXT", nullable: false),
                    change_number = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_person_distinct_ids", x => new { x.project_id, x.distinct_id });
                });

            migrationBuilder.CreateTable(
                name: "person_merges",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    target_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    source_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    target_before = table.Column<string>(type: "TEXT", nullable: false),
                    source_before = table.Column<string>(type: "TEXT", nullable: false),
                    target_after = table.Column<string>(type: "TEXT", nullable: false),
                    was_target_identified = table.Column<bool>(type: "INTEGER", nullable: false),
                    target_created_before = table.Column<long>(type: "INTEGER", nullable: false),
                    moved_ids = table.Column<string>(type: "TEXT", nullable: false),
                    merged_at = table.Column<long>(type: "INTEGER", nullable: false),
                    undone_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_person_merges", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "person_mirror_marks",
                columns: table => new
                {
                    node = table.Column<Guid>(type: "TEXT", nullable: false),
                    change_number = table.Column<long>(type: "INTEGER", nullable: false),
                    applied_through = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_person_mirror_marks", x => x.node);
                });

            migrationBuilder.CreateTable(
                name: "persons",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    properties = table.Column<string>(type: "TEXT", nullable: false),
                    is_identified = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    is_deleted = table.Column<bool>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    replaces_version = table.Column<long>(type: "INTEGER", nullable: false),
                    changed_by = table.Column<Guid>(type: "TEXT", nullable: false),
                    change_number = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_persons", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "preview_enrollments",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    preview_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    person_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    distinct_id = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    wants_it = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_invited = table.Column<bool>(type: "INTEGER", nullable: false),
                    source = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    chosen_at = table.Column<long>(type: "INTEGER", nullable: false),
                    waiting_since = table.Column<long>(type: "INTEGER", nullable: true),
                    seen_at = table.Column<long>(type: "INTEGER", nullable: true),
                    told_stage = table.Column<int>(type: "INTEGER", nullable: false),
                    news = table.Column<string>(type: "TEXT", maxLength: 16, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_preview_enrollments", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "preview_events",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    uuid = table.Column<Guid>(type: "TEXT", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    distinct_id = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    properties = table.Column<string>(type: "TEXT", nullable: false),
                    updates = table.Column<string>(type: "TEXT", nullable: true),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_preview_events", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "preview_feedback",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    preview_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    person_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    distinct_id = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    session_id = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_preview_feedback", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "preview_group_enrollments",
                columns: table => new
                {
                    preview_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    group_type_index = table.Column<int>(type: "INTEGER", nullable: false),
                    group_key = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    is_enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    chosen_by = table.Column<string>(type: "TEXT", nullable: false),
                    chosen_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_preview_group_enrollments", x => new { x.preview_id, x.group_type_index, x.group_key });
                });

            migrationBuilder.CreateTable(
                name: "preview_pictures",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    preview_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    media_type = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    content = table.Column<byte[]>(type: "BLOB", nullable: false),
                    alt = table.Column<string>(type: "TEXT", nullable: false),
                    width = table.Column<int>(type: "INTEGER", nullable: false),
                    height = table.Column<int>(type: "INTEGER", nullable: false),
                    position = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_preview_pictures", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "previews",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    flag_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: false),
                    stage = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    previous_stage = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    stage_number = table.Column<int>(type: "INTEGER", nullable: false),
                    stage_changed_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_because = table.Column<string>(type: "TEXT", nullable: true),
                    documentation_url = table.Column<string>(type: "TEXT", nullable: false),
                    payload = table.Column<string>(type: "TEXT", nullable: false),
                    audience = table.Column<string>(type: "TEXT", nullable: false),
                    codes = table.Column<string>(type: "TEXT", nullable: false),
                    seat_limit = table.Column<int>(type: "INTEGER", nullable: true),
                    group_type_index = table.Column<int>(type: "INTEGER", nullable: true),
                    does_group_decide = table.Column<bool>(type: "INTEGER", nullable: false),
                    requires = table.Column<string>(type: "TEXT", nullable: false),
                    conflicts_with = table.Column<string>(type: "TEXT", nullable: false),
                    review_at = table.Column<long>(type: "INTEGER", nullable: true),
                    sunset_at = table.Column<long>(type: "INTEGER", nullable: true),
                    review_told = table.Column<long>(type: "INTEGER", nullable: true),
                    sunset_told = table.Column<long>(type: "INTEGER", nullable: true),
                    turn = table.Column<long>(type: "INTEGER", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    is_deleted = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_guarded = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_previews", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "property_definitions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    scope = table.Column<int>(type: "INTEGER", nullable: false),
                    group_type_index = table.Column<int>(type: "INTEGER", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: true),
                    is_type_chosen = table.Column<bool>(type: "INTEGER", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: false),
                    tags = table.Column<string>(type: "TEXT", nullable: false),
                    owner = table.Column<string>(type: "TEXT", nullable: false),
                    is_verified = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_hidden = table.Column<bool>(type: "INTEGER", nullable: false),
                    first_seen_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_seen_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_property_definitions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "servers",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organization_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    nodes = table.Column<string>(type: "TEXT", nullable: false),
                    monitor_user = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    operator_user = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    @sealed = table.Column<string>(name: "sealed", type: "TEXT", nullable: false),
                    has_monitor_password = table.Column<bool>(type: "INTEGER", nullable: false),
                    has_operator_password = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_servers", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "sql_history",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    user_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    statement = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    elapsed_ms = table.Column<double>(type: "REAL", nullable: false),
                    row_count = table.Column<int>(type: "INTEGER", nullable: true),
                    rows_read = table.Column<long>(type: "INTEGER", nullable: true),
                    refusal = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sql_history", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "sql_queries",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: false),
                    statement = table.Column<string>(type: "TEXT", nullable: false),
                    variables = table.Column<string>(type: "TEXT", nullable: false),
                    filters = table.Column<string>(type: "TEXT", nullable: true),
                    created_by = table.Column<Guid>(type: "TEXT", nullable: false),
                    created_by_email = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_by_email = table.Column<string>(type: "TEXT", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sql_queries", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "subscriptions",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    dashboard_id = table.Column<int>(type: "INTEGER", nullable: false),
                    title = table.Column<string>(type: "TEXT", nullable: false),
                    recipients = table.Column<string>(type: "TEXT", nullable: false),
                    destination_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    channel = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    frequency = table.Column<int>(type: "INTEGER", nullable: false),
                    weekdays = table.Column<string>(type: "TEXT", nullable: false),
                    month_day = table.Column<int>(type: "INTEGER", nullable: false),
                    minute = table.Column<int>(type: "INTEGER", nullable: false),
                    enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    next_at = table.Column<long>(type: "INTEGER", nullable: true),
                    origin = table.Column<string>(type: "TEXT", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_subscriptions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "users",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    current_project_id = table.Column<int>(type: "INTEGER", nullable: true),
                    user_name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    normalized_user_name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    email = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    normalized_email = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    email_confirmed = table.Column<bool>(type: "INTEGER", nullable: false),
                    password_hash = table.Column<string>(type: "TEXT", nullable: true),
                    security_stamp = table.Column<string>(type: "TEXT", nullable: true),
                    concurrency_stamp = table.Column<string>(type: "TEXT", nullable: true),
                    phone_number = table.Column<string>(type: "TEXT", nullable: true),
                    phone_number_confirmed = table.Column<bool>(type: "INTEGER", nullable: false),
                    two_factor_enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    lockout_end = table.Column<long>(type: "INTEGER", nullable: true),
                    lockout_enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    access_failed_count = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_users", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "automation_mask_matches",
                columns: table => new
                {
                    automation_id = table.Column<int>(type: "INTEGER", nullable: false),
                    uuid = table.Column<Guid>(type: "TEXT", nullable: false),
                    subject = table.Column<Guid>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_automation_mask_matches", x => new { x.automation_id, x.uuid });
                    table.ForeignKey(
                        name: "fk_automation_mask_matches_automations_automation_id",
                        column: x => x.automation_id,
                        principalTable: "automations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "automation_runs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    automation_id = table.Column<int>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    trigger_key = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    person_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    distinct_id = table.Column<string>(type: "TEXT", nullable: true),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    step_id = table.Column<string>(type: "TEXT", nullable: true),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    steps = table.Column<int>(type: "INTEGER", nullable: false),
                    wake_at = table.Column<long>(type: "INTEGER", nullable: true),
                    waiting_since = table.Column<long>(type: "INTEGER", nullable: true),
                    deadline = table.Column<long>(type: "INTEGER", nullable: true),
                    awaits = table.Column<int>(type: "INTEGER", nullable: false),
                    signal = table.Column<string>(type: "TEXT", nullable: true),
                    pokes = table.Column<int>(type: "INTEGER", nullable: false),
                    lease_owner = table.Column<Guid>(type: "TEXT", nullable: true),
                    has_begun = table.Column<bool>(type: "INTEGER", nullable: false),
                    context = table.Column<string>(type: "TEXT", nullable: false),
                    has_errors = table.Column<bool>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: true),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    goal_until = table.Column<long>(type: "INTEGER", nullable: true),
                    converted_at = table.Column<long>(type: "INTEGER", nullable: true),
                    origin = table.Column<string>(type: "TEXT", nullable: false),
                    is_test = table.Column<bool>(type: "INTEGER", nullable: false),
                    told = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_automation_runs", x => x.id);
                    table.ForeignKey(
                        name: "fk_automation_runs_automations_automation_id",
                        column: x => x.automation_id,
                        principalTable: "automations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "automation_threshold_states",
                columns: table => new
                {
                    automation_id = table.Column<int>(type: "INTEGER", nullable: false),
                    subject = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    is_over = table.Column<bool>(type: "INTEGER", nullable: false),
                    fired_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_automation_threshold_states", x => new { x.automation_id, x.subject });
                    table.ForeignKey(
                        name: "fk_automation_threshold_states_automations_automation_id",
                        column: x => x.automation_id,
                        principalTable: "automations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "automation_versions",
                columns: table => new
                {
                    automation_id = table.Column<int>(type: "INTEGER", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    definition = table.Column<string>(type: "TEXT", nullable: false),
                    published_by = table.Column<string>(type: "TEXT", nullable: false),
                    published_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_automation_versions", x => new { x.automation_id, x.number });
                    table.ForeignKey(
                        name: "fk_automation_versions_automations_automation_id",
                        column: x => x.automation_id,
                        principalTable: "automations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "dashboard_favorites",
                columns: table => new
                {
                    dashboard_id = table.Column<int>(type: "INTEGER", nullable: false),
                    user_id = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dashboard_favorites", x => new { x.user_id, x.dashboard_id });
                    table.ForeignKey(
                        name: "fk_dashboard_favorites_dashboards_dashboard_id",
                        column: x => x.dashboard_id,
                        principalTable: "dashboards",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "dashboard_tiles",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    dashboard_id = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    insight_id = table.Column<int>(type: "INTEGER", nullable: true),
                    title = table.Column<string>(type: "TEXT", nullable: false),
                    body = table.Column<string>(type: "TEXT", nullable: false),
                    url = table.Column<string>(type: "TEXT", nullable: false),
                    color = table.Column<string>(type: "TEXT", nullable: false),
                    layouts = table.Column<string>(type: "TEXT", nullable: false),
                    filters = table.Column<string>(type: "TEXT", nullable: true),
                    template_tile = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    template_query = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dashboard_tiles", x => x.id);
                    table.ForeignKey(
                        name: "fk_dashboard_tiles_dashboards_dashboard_id",
                        column: x => x.dashboard_id,
                        principalTable: "dashboards",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "invitations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organization_id = table.Column<int>(type: "INTEGER", nullable: false),
                    token_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    role = table.Column<int>(type: "INTEGER", nullable: false),
                    project_ids = table.Column<string>(type: "TEXT", nullable: true),
                    email = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    invited_by = table.Column<Guid>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_invitations", x => x.id);
                    table.ForeignKey(
                        name: "fk_invitations_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "projects",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    organization_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    token = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    time_zone = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    anonymize_ips = table.Column<bool>(type: "INTEGER", nullable: false),
                    retention_days = table.Column<int>(type: "INTEGER", nullable: true),
                    app_urls = table.Column<string>(type: "TEXT", nullable: false),
                    week_start = table.Column<int>(type: "INTEGER", nullable: false),
                    previews_site_app = table.Column<bool>(type: "INTEGER", nullable: false),
                    messages_site_app = table.Column<bool>(type: "INTEGER", nullable: false),
                    test_account_filters = table.Column<string>(type: "TEXT", nullable: false, defaultValue: "[]"),
                    path_cleaning_filters = table.Column<string>(type: "TEXT", nullable: false, defaultValue: "[]"),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    deleted_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_projects", x => x.id);
                    table.ForeignKey(
                        name: "fk_projects_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "subscription_deliveries",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    subscription_id = table.Column<int>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    recipient = table.Column<string>(type: "TEXT", maxLength: 320, nullable: false),
                    destination_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    has_begun = table.Column<bool>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    try_at = table.Column<long>(type: "INTEGER", nullable: true),
                    detail = table.Column<string>(type: "TEXT", nullable: true),
                    sent_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_subscription_deliveries", x => x.id);
                    table.ForeignKey(
                        name: "fk_subscription_deliveries_subscriptions_subscription_id",
                        column: x => x.subscription_id,
                        principalTable: "subscriptions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "memberships",
                columns: table => new
                {
                    organization_id = table.Column<int>(type: "INTEGER", nullable: false),
                    user_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    role = table.Column<int>(type: "INTEGER", nullable: false),
                    project_ids = table.Column<string>(type: "TEXT", nullable: true),
                    joined_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_memberships", x => new { x.organization_id, x.user_id });
                    table.ForeignKey(
                        name: "fk_memberships_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_memberships_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "personal_keys",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    user_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    prefix = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    scopes = table.Column<string>(type: "TEXT", nullable: false),
                    organization_ids = table.Column<string>(type: "TEXT", nullable: true),
                    project_ids = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_used_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_personal_keys", x => x.id);
                    table.ForeignKey(
                        name: "fk_personal_keys_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "product_preview_choices",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    is_enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    chosen_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_product_preview_choices", x => new { x.user_id, x.key });
                    table.ForeignKey(
                        name: "fk_product_preview_choices_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "user_claims",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    user_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    claim_type = table.Column<string>(type: "TEXT", nullable: true),
                    claim_value = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_user_claims", x => x.id);
                    table.ForeignKey(
                        name: "fk_user_claims_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "user_logins",
                columns: table => new
                {
                    login_provider = table.Column<string>(type: "TEXT", nullable: false),
                    provider_key = table.Column<string>(type: "TEXT", nullable: false),
                    provider_display_name = table.Column<string>(type: "TEXT", nullable: true),
                    user_id = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_user_logins", x => new { x.login_provider, x.provider_key });
                    table.ForeignKey(
                        name: "fk_user_logins_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "user_tokens",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    login_provider = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_user_tokens", x => new { x.user_id, x.login_provider, x.name });
                    table.ForeignKey(
                        name: "fk_user_tokens_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "automation_holds",
                columns: table => new
                {
                    run_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    step_id = table.Column<string>(type: "TEXT", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    automation_id = table.Column<int>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    person_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    distinct_id = table.Column<string>(type: "TEXT", nullable: true),
                    variables = table.Column<string>(type: "TEXT", nullable: false),
                    check_at = table.Column<long>(type: "INTEGER", nullable: false),
                    is_over = table.Column<bool>(type: "INTEGER", nullable: false),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_automation_holds", x => new { x.run_id, x.step_id });
                    table.ForeignKey(
                        name: "fk_automation_holds_automation_runs_run_id",
                        column: x => x.run_id,
                        principalTable: "automation_runs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "automation_run_steps",
                columns: table => new
                {
                    run_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    automation_id = table.Column<int>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    step_id = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    detail = table.Column<string>(type: "TEXT", nullable: false),
                    data = table.Column<string>(type: "TEXT", nullable: true),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    milliseconds = table.Column<int>(type: "INTEGER", nullable: false),
                    told = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_automation_run_steps", x => new { x.run_id, x.number });
                    table.ForeignKey(
                        name: "fk_automation_run_steps_automation_runs_run_id",
                        column: x => x.run_id,
                        principalTable: "automation_runs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "project_secret_keys",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    project_id = table.Column<int>(type: "INTEGER", nullable: false),
                    hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    prefix = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_used_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_project_secret_keys", x => x.id);
                    table.ForeignKey(
                        name: "fk_project_secret_keys_projects_project_id",
                        column: x => x.project_id,
                        principalTable: "projects",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_actions_project_id_is_deleted",
                table: "actions",
                columns: new[] { "project_id", "is_deleted" });

            migrationBuilder.CreateIndex(
                name: "ix_activity_log_organization_id_id",
                table: "activity_log",
                columns: new[] { "organization_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_activity_log_project_id_id",
                table: "activity_log",
                columns: new[] { "project_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_annotations_organization_id_marker",
                table: "annotations",
                columns: new[] { "organization_id", "marker" });

            migrationBuilder.CreateIndex(
                name: "ix_automation_holds_check_at",
                table: "automation_holds",
                column: "check_at");

            migrationBuilder.CreateIndex(
                name: "ix_automation_holds_project_id_person_id",
                table: "automation_holds",
                columns: new[] { "project_id", "person_id" });

            migrationBuilder.CreateIndex(
                name: "ix_automation_mask_matches_automation_id_subject_at",
                table: "automation_mask_matches",
                columns: new[] { "automation_id", "subject", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_automation_messages_day",
                table: "automation_messages",
                column: "day");

            migrationBuilder.CreateIndex(
                name: "ix_automation_run_steps_automation_id_version_step_id_state",
                table: "automation_run_steps",
                columns: new[] { "automation_id", "version", "step_id", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_automation_run_steps_told",
                table: "automation_run_steps",
                column: "told",
                filter: "told = 0");

            migrationBuilder.CreateIndex(
                name: "ix_automation_runs_automation_id_started_at",
                table: "automation_runs",
                columns: new[] { "automation_id", "started_at" });

            migrationBuilder.CreateIndex(
                name: "ix_automation_runs_automation_id_trigger_key",
                table: "automation_runs",
                columns: new[] { "automation_id", "trigger_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_automation_runs_project_id_automation_id_version",
                table: "automation_runs",
                columns: new[] { "project_id", "automation_id", "version" },
                filter: "awaits <> 0");

            migrationBuilder.CreateIndex(
                name: "ix_automation_runs_project_id_person_id_awaits",
                table: "automation_runs",
                columns: new[] { "project_id", "person_id", "awaits" });

            migrationBuilder.CreateIndex(
                name: "ix_automation_runs_told",
                table: "automation_runs",
                column: "told",
                filter: "told < 2");

            migrationBuilder.CreateIndex(
                name: "ix_automation_runs_wake_at",
                table: "automation_runs",
                column: "wake_at");

            migrationBuilder.CreateIndex(
                name: "ix_automations_next_at",
                table: "automations",
                column: "next_at");

            migrationBuilder.CreateIndex(
                name: "ix_automations_project_id_is_deleted",
                table: "automations",
                columns: new[] { "project_id", "is_deleted" });

            migrationBuilder.CreateIndex(
                name: "ix_automations_webhook_token",
                table: "automations",
                column: "webhook_token",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_cohort_runs_cohort_id_at",
                table: "cohort_runs",
                columns: new[] { "cohort_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_cohort_runs_project_id",
                table: "cohort_runs",
                column: "project_id");

            migrationBuilder.CreateIndex(
                name: "ix_cohorts_project_id_is_deleted",
                table: "cohorts",
                columns: new[] { "project_id", "is_deleted" });

            migrationBuilder.CreateIndex(
                name: "ix_dashboard_favorites_dashboard_id",
                table: "dashboard_favorites",
                column: "dashboard_id");

            migrationBuilder.CreateIndex(
                name: "ix_dashboard_templates_organization_id_project_id_key_version",
                table: "dashboard_templates",
                columns: new[] { "organization_id", "project_id", "key", "version" });

            migrationBuilder.CreateIndex(
                name: "ix_dashboard_tiles_dashboard_id",
                table: "dashboard_tiles",
                column: "dashboard_id");

            migrationBuilder.CreateIndex(
                name: "ix_dashboard_tiles_insight_id",
                table: "dashboard_tiles",
                column: "insight_id");

            migrationBuilder.CreateIndex(
                name: "ix_dashboards_project_id",
                table: "dashboards",
                column: "project_id");

            migrationBuilder.CreateIndex(
                name: "ix_dashboards_share_hash",
                table: "dashboards",
                column: "share_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_destinations_project_id",
                table: "destinations",
                column: "project_id");

            migrationBuilder.CreateIndex(
                name: "ix_event_definitions_project_id_name",
                table: "event_definitions",
                columns: new[] { "project_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_feature_flag_steps_project_id_flag_id",
                table: "feature_flag_steps",
                columns: new[] { "project_id", "flag_id" });

            migrationBuilder.CreateIndex(
                name: "ix_feature_flag_steps_wake_at",
                table: "feature_flag_steps",
                column: "wake_at");

            migrationBuilder.CreateIndex(
                name: "ix_feature_flags_project_id_taken_key",
                table: "feature_flags",
                columns: new[] { "project_id", "taken_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_group_types_project_id_name",
                table: "group_types",
                columns: new[] { "project_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_groups_project_id_type_index_created_at",
                table: "groups",
                columns: new[] { "project_id", "type_index", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_house_alert_entries_organization_id_server_id_at",
                table: "house_alert_entries",
                columns: new[] { "organization_id", "server_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_house_alert_entries_told",
                table: "house_alert_entries",
                column: "told");

            migrationBuilder.CreateIndex(
                name: "ix_house_alert_rules_organization_id_server_id",
                table: "house_alert_rules",
                columns: new[] { "organization_id", "server_id" });

            migrationBuilder.CreateIndex(
                name: "ix_house_backup_jobs_backup_id",
                table: "house_backup_jobs",
                column: "backup_id");

            migrationBuilder.CreateIndex(
                name: "ix_house_backup_jobs_organization_id_server_id_created_at",
                table: "house_backup_jobs",
                columns: new[] { "organization_id", "server_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_house_backup_jobs_state",
                table: "house_backup_jobs",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "ix_house_backup_plans_organization_id_server_id",
                table: "house_backup_plans",
                columns: new[] { "organization_id", "server_id" });

            migrationBuilder.CreateIndex(
                name: "ix_house_backup_targets_organization_id_server_id",
                table: "house_backup_targets",
                columns: new[] { "organization_id", "server_id" });

            migrationBuilder.CreateIndex(
                name: "ix_house_backups_organization_id_server_id_created_at",
                table: "house_backups",
                columns: new[] { "organization_id", "server_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_house_backups_plan_id",
                table: "house_backups",
                column: "plan_id");

            migrationBuilder.CreateIndex(
                name: "ix_house_backups_state",
                table: "house_backups",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "ix_house_console_history_organization_id_server_id_user_id_at",
                table: "house_console_history",
                columns: new[] { "organization_id", "server_id", "user_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_house_operations_organization_id_server_id_created_at",
                table: "house_operations",
                columns: new[] { "organization_id", "server_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_house_operations_state",
                table: "house_operations",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "ix_in_app_messages_project_id_distinct_id",
                table: "in_app_messages",
                columns: new[] { "project_id", "distinct_id" });

            migrationBuilder.CreateIndex(
                name: "ix_in_app_messages_project_id_expires_at",
                table: "in_app_messages",
                columns: new[] { "project_id", "expires_at" });

            migrationBuilder.CreateIndex(
                name: "ix_in_app_messages_project_id_person_id",
                table: "in_app_messages",
                columns: new[] { "project_id", "person_id" });

            migrationBuilder.CreateIndex(
                name: "ix_insights_project_id_short_id",
                table: "insights",
                columns: new[] { "project_id", "short_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_insights_share_hash",
                table: "insights",
                column: "share_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_invitations_organization_id",
                table: "invitations",
                column: "organization_id");

            migrationBuilder.CreateIndex(
                name: "ix_invitations_token_hash",
                table: "invitations",
                column: "token_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_memberships_user_id",
                table: "memberships",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_person_distinct_ids_changed_by_change_number",
                table: "person_distinct_ids",
                columns: new[] { "changed_by", "change_number" });

            migrationBuilder.CreateIndex(
                name: "ix_person_distinct_ids_person_id",
                table: "person_distinct_ids",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_person_merges_project_id_target_id",
                table: "person_merges",
                columns: new[] { "project_id", "target_id" });

            migrationBuilder.CreateIndex(
                name: "ix_personal_keys_hash",
                table: "personal_keys",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_personal_keys_user_id",
                table: "personal_keys",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_persons_changed_by_change_number",
                table: "persons",
                columns: new[] { "changed_by", "change_number" });

            migrationBuilder.CreateIndex(
                name: "ix_persons_project_id_created_at",
                table: "persons",
                columns: new[] { "project_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_preview_enrollments_preview_id_person_id",
                table: "preview_enrollments",
                columns: new[] { "preview_id", "person_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_preview_enrollments_preview_id_state_waiting_since",
                table: "preview_enrollments",
                columns: new[] { "preview_id", "state", "waiting_since" });

            migrationBuilder.CreateIndex(
                name: "ix_preview_enrollments_project_id_distinct_id",
                table: "preview_enrollments",
                columns: new[] { "project_id", "distinct_id" });

            migrationBuilder.CreateIndex(
                name: "ix_preview_enrollments_project_id_person_id",
                table: "preview_enrollments",
                columns: new[] { "project_id", "person_id" });

            migrationBuilder.CreateIndex(
                name: "ix_preview_feedback_preview_id",
                table: "preview_feedback",
                column: "preview_id");

            migrationBuilder.CreateIndex(
                name: "ix_preview_group_enrollments_project_id",
                table: "preview_group_enrollments",
                column: "project_id");

            migrationBuilder.CreateIndex(
                name: "ix_preview_pictures_preview_id",
                table: "preview_pictures",
                column: "preview_id");

            migrationBuilder.CreateIndex(
                name: "ix_previews_project_id_flag_id",
                table: "previews",
                columns: new[] { "project_id", "flag_id" });

            migrationBuilder.CreateIndex(
                name: "ix_project_secret_keys_hash",
                table: "project_secret_keys",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_project_secret_keys_project_id",
                table: "project_secret_keys",
                column: "project_id");

            migrationBuilder.CreateIndex(
                name: "ix_projects_organization_id",
                table: "projects",
                column: "organization_id");

            migrationBuilder.CreateIndex(
                name: "ix_projects_token",
                table: "projects",
                column: "token",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_property_definitions_project_id_scope_group_type_index_name",
                table: "property_definitions",
                columns: new[] { "project_id", "scope", "group_type_index", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_servers_organization_id",
                table: "servers",
                column: "organization_id");

            migrationBuilder.CreateIndex(
                name: "ix_sql_history_project_id_user_id_at",
                table: "sql_history",
                columns: new[] { "project_id", "user_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_sql_queries_project_id_updated_at",
                table: "sql_queries",
                columns: new[] { "project_id", "updated_at" });

            migrationBuilder.CreateIndex(
                name: "ix_subscription_deliveries_subscription_id_due_at_recipient",
                table: "subscription_deliveries",
                columns: new[] { "subscription_id", "due_at", "recipient" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_subscription_deliveries_try_at",
                table: "subscription_deliveries",
                column: "try_at");

            migrationBuilder.CreateIndex(
                name: "ix_subscriptions_next_at",
                table: "subscriptions",
                column: "next_at");

            migrationBuilder.CreateIndex(
                name: "ix_subscriptions_project_id_dashboard_id",
                table: "subscriptions",
                columns: new[] { "project_id", "dashboard_id" });

            migrationBuilder.CreateIndex(
                name: "ix_user_claims_user_id",
                table: "user_claims",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_user_logins_user_id",
                table: "user_logins",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "email_index",
                table: "users",
                column: "normalized_email");

            migrationBuilder.CreateIndex(
                name: "user_name_index",
                table: "users",
                column: "normalized_user_name",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "actions");

            migrationBuilder.DropTable(
                name: "activity_log");

            migrationBuilder.DropTable(
                name: "annotations");

            migrationBuilder.DropTable(
                name: "automation_cohorts");

            migrationBuilder.DropTable(
                name: "automation_cursors");

            migrationBuilder.DropTable(
                name: "automation_holds");

            migrationBuilder.DropTable(
                name: "automation_mask_matches");

            migrationBuilder.DropTable(
                name: "automation_message_days");

            migrationBuilder.DropTable(
                name: "automation_message_rules");

            migrationBuilder.DropTable(
                name: "automation_messages");

            migrationBuilder.DropTable(
                name: "automation_run_steps");

            migrationBuilder.DropTable(
                name: "automation_threshold_states");

            migrationBuilder.DropTable(
                name: "automation_versions");

            migrationBuilder.DropTable(
                name: "cohort_runs");

            migrationBuilder.DropTable(
                name: "cohorts");

            migrationBuilder.DropTable(
                name: "dashboard_favorites");

            migrationBuilder.DropTable(
                name: "dashboard_templates");

            migrationBuilder.DropTable(
                name: "dashboard_tiles");

            migrationBuilder.DropTable(
                name: "destinations");

            migrationBuilder.DropTable(
                name: "event_definitions");

            migrationBuilder.DropTable(
                name: "event_properties");

            migrationBuilder.DropTable(
                name: "feature_flag_editions");

            migrationBuilder.DropTable(
                name: "feature_flag_hash_keys");

            migrationBuilder.DropTable(
                name: "feature_flag_steps");

            migrationBuilder.DropTable(
                name: "feature_flags");

            migrationBuilder.DropTable(
                name: "group_types");

            migrationBuilder.DropTable(
                name: "groups");

            migrationBuilder.DropTable(
                name: "house_alert_entries");

            migrationBuilder.DropTable(
                name: "house_alert_rules");

            migrationBuilder.DropTable(
                name: "house_alert_standings");

            migrationBuilder.DropTable(
                name: "house_backup_jobs");

            migrationBuilder.DropTable(
                name: "house_backup_plans");

            migrationBuilder.DropTable(
                name: "house_backup_targets");

            migrationBuilder.DropTable(
                name: "house_backups");

            migrationBuilder.DropTable(
                name: "house_console_history");

            migrationBuilder.DropTable(
                name: "house_operation_events");

            migrationBuilder.DropTable(
                name: "house_operation_steps");

            migrationBuilder.DropTable(
                name: "house_operations");

            migrationBuilder.DropTable(
                name: "in_app_messages");

            migrationBuilder.DropTable(
                name: "insights");

            migrationBuilder.DropTable(
                name: "installation");

            migrationBuilder.DropTable(
                name: "invitations");

            migrationBuilder.DropTable(
                name: "memberships");

            migrationBuilder.DropTable(
                name: "person_deletions");

            migrationBuilder.DropTable(
                name: "person_distinct_ids");

            migrationBuilder.DropTable(
                name: "person_merges");

            migrationBuilder.DropTable(
                name: "person_mirror_marks");

            migrationBuilder.DropTable(
                name: "personal_keys");

            migrationBuilder.DropTable(
                name: "persons");

            migrationBuilder.DropTable(
                name: "preview_enrollments");

            migrationBuilder.DropTable(
                name: "preview_events");

            migrationBuilder.DropTable(
                name: "preview_feedback");

            migrationBuilder.DropTable(
                name: "preview_group_enrollments");

            migrationBuilder.DropTable(
                name: "preview_pictures");

            migrationBuilder.DropTable(
                name: "previews");

            migrationBuilder.DropTable(
                name: "product_preview_choices");

            migrationBuilder.DropTable(
                name: "project_secret_keys");

            migrationBuilder.DropTable(
                name: "property_definitions");

            migrationBuilder.DropTable(
                name: "servers");

            migrationBuilder.DropTable(
                name: "sql_history");

            migrationBuilder.DropTable(
                name: "sql_queries");

            migrationBuilder.DropTable(
                name: "subscription_deliveries");

            migrationBuilder.DropTable(
                name: "user_claims");

            migrationBuilder.DropTable(
                name: "user_logins");

            migrationBuilder.DropTable(
                name: "user_tokens");

            migrationBuilder.DropTable(
                name: "automation_runs");

            migrationBuilder.DropTable(
                name: "dashboards");

            migrationBuilder.DropTable(
                name: "projects");

            migrationBuilder.DropTable(
                name: "subscriptions");

            migrationBuilder.DropTable(
                name: "users");

            migrationBuilder.DropTable(
                name: "automations");

            migrationBuilder.DropTable(
                name: "organizations");
        }
    }
}
