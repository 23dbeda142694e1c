namespace Prickle.Tests.House;

/// <summary>The settings of the cluster's servers.</summary>
static class OldClusterFiles
{
    public const string Users =
        """
        <yandex>
          <profiles>
            <default><max_memory_usage>2000000000</max_memory_usage><log_queries>1</log_queries><log_query_threads>1</log_query_threads></default>
            <ro1><readonly>1</readonly><log_queries>1</log_queries></ro1>
            <ro2><readonly>2</readonly><log_queries>1</log_queries></ro2>
          </profiles>
          <users>
            <default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>
            <admin><password>admin</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></admin>
            <ro1><password>ro1</password><networks><ip>127.0.0.1</ip></networks><profile>ro1</profile><quota>default</quota></ro1>
            <ro2><password>ro2</password><networks><ip>127.0.0.1</ip></networks><profile>ro2</profile><quota>default</quota></ro2>
          </users>
          <quotas>
            <default>
              <interval>
                <duration>3600</duration><queries>0</queries><errors>0</errors>
                <result_rows>0</result_rows><read_rows>0</read_rows><execution_time>0</execution_time>
              </interval>
            </default>
          </quotas>
        </yandex>
        """;

    public static string ZooKeeper(string data, int port) =>
        $"""
        tickTime=2000
        dataDir={data}
        clientPort={port}
        clientPortAddress=127.0.0.1
        admin.enableServer=false
        4lw.commands.whitelist=*

        """;

    public static string Node(string name, string folder, int http, int tcp, int interserver, string users, (int One, int Two) replicas, int zooKeeper) =>
        $"""
        <yandex>
          <logger>
            <level>information</level><log>{folder}/log/server.log</log><errorlog>{folder}/log/server.err.log</errorlog><size>50M</size><count>2</count>
          </logger>
          <display_name>{name}</display_name><listen_host>127.0.0.1</listen_host>
          <http_port>{http}</http_port><tcp_port>{tcp}</tcp_port>
          <interserver_http_port>{interserver}</interserver_http_port><interserver_http_host>127.0.0.1</interserver_http_host>
          <max_connections>256</max_connections><keep_alive_timeout>10</keep_alive_timeout><max_concurrent_queries>50</max_concurrent_queries>
          <uncompressed_cache_size>67108864</uncompressed_cache_size><mark_cache_size>67108864</mark_cache_size>
          <path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path><user_files_path>{folder}/user_files/</user_files_path>
          <users_config>{users}</users_config><default_profile>default</default_profile><default_database>default</default_database>
          <timezone>UTC</timezone><mlock_executable>false</mlock_executable>
          <remote_servers>
            <two_replicas>
              <shard>
                <internal_replication>true</internal_replication>
                <replica><host>127.0.0.1</host><port>{replicas.One}</port></replica>
                <replica><host>127.0.0.1</host><port>{replicas.Two}</port></replica>
              </shard>
            </two_replicas>
            <two_shards>
              <shard><replica><host>127.0.0.1</host><port>{replicas.One}</port></replica></shard>
              <shard><replica><host>127.0.0.1</host><port>{replicas.Two}</port></replica></shard>
            </two_shards>
            <with_a_stranger>
              <shard>
                <replica><host>127.0.0.1</host><port>{replicas.One}</port></replica>
                <replica><host>192.0.2.7</host><port>9000</port></replica>
              </shard>
            </with_a_stranger>
          </remote_servers>
          <zookeeper><node index="1"><host>127.0.0.1</host><port>{zooKeeper}</port></node><session_timeout_ms>10000</session_timeout_ms></zookeeper>
          <macros><shard>01</shard><replica>{name}</replica></macros>
          <distributed_ddl><path>/clickhouse/task_queue/ddl</path></distributed_ddl>
          <query_log>
            <database>system</database><table>query_log</table><partition_by>toYYYYMM(event_date)</partition_by>
            <flush_interval_milliseconds>500</flush_interval_milliseconds>
          </query_log>
          <query_thread_log>
            <database>system</database><table>query_thread_log</table><partition_by>toYYYYMM(event_date)</partition_by>
            <flush_interval_milliseconds>500</flush_interval_milliseconds>
          </query_thread_log>
          <part_log><database>system</database><table>part_log</table><flush_interval_milliseconds>500</flush_interval_milliseconds></part_log>
        </yandex>
        """;
}
