using System.Globalization;
using ClickHouse.Driver;
using ClickHouse.Driver.ADO;
using ClickHouse.Driver.Utility;

namespace Prickle.Tests.Engine;

public sealed class DriverTests(EngineFixture engine)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_official_driver_reads_what_it_asks_for(bool compression)
    {
        await using var connection = await engine.ConnectAsync(compression);

        (await connection.ExecuteScalarAsync("SELECT 40 + 2")).ShouldBe((ushort)42);
    }

    [Fact]
    public async Task Values_of_every_common_type_come_back_as_they_went()
    {
        await using var connection = await engine.ConnectAsync();
        await using var reader = await connection.ExecuteReaderAsync(
            """
            SELECT toUInt8(255), toInt64(-9007199254740993), toFloat64(0.1), 'тест 🦔', toNullable(7), NULL,
                   toDate('2026-02-28'), toDateTime64('2026-02-28 12:34:56.789', 3, 'UTC'),
                   toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0'), [1, 2, 3], ('a', 1), map('k', 2), toDecimal64('12.345', 3), true
            """);

        (await reader.ReadAsync(Cancellation)).ShouldBeTrue();
        reader.GetValue(0).ShouldBe((byte)255);
        reader.GetValue(1).ShouldBe(-9007199254740993L);
        reader.GetValue(2).ShouldBe(0.1);
        reader.GetValue(3).ShouldBe("тест 🦔");
        reader.GetValue(4).ShouldBe((byte)7);
        reader.IsDBNull(5).ShouldBeTrue();
        reader.GetDateTime(6).ShouldBe(new DateTime(2026, 2, 28));
        reader.GetDateTime(7).ShouldBe(new DateTime(2026, 2, 28, 12, 34, 56, 789));
        reader.GetValue(8).ShouldBe(Guid.Parse("61f0c404-5cb3-11e7-907b-a6006ad3dba0"));
        reader.GetValue(9).ShouldBe(new byte[] { 1, 2, 3 });
        reader.GetValue(10).ShouldBe(Tuple.Create("a", (byte)1));
        ((Dictionary<string, byte>)reader.GetValue(11)).ShouldContainKeyAndValue("k", (byte)2);
        Convert.ToDecimal(reader.GetValue(12), CultureInfo.InvariantCulture).ShouldBe(12.345m);
        reader.GetValue(13).ShouldBe(true);
    }

    [Fact]
    public async Task Parameters_are_bound_by_the_engine_whatever_they_hold()
    {
        const string Hostile = "a\\b'c\td\ne\0f {x:Int32} -- ; 🦔";
        await using var connection = await engine.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT {text:String} AS text, {numbers:Array(Int32)} AS numbers";
        command.AddParameter("text", Hostile);
        command.AddParameter("numbers", new[] { 1, -2 });

        await using var reader = await command.ExecuteReaderAsync(Cancellation);

        (await reader.ReadAsync(Cancellation)).ShouldBeTrue();
        reader.GetString(0).ShouldBe(Hostile);
        reader.GetValue(1).ShouldBe(new[] { 1, -2 });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hundred_thousand_rows_go_in_by_bulk_copy_and_come_out_whole(bool compression)
    {
        const int Rows = 100_000;
        var engineRuns = await engine.StartedAsync();
        using var client = new ClickHouseClient(EngineFixture.Connect(engineRuns, compression).ConnectionString);
        var table = $"bulk_{compression}";
        await client.ExecuteNonQueryAsync($"CREATE TABLE {table} (id UInt64, name String, score Nullable(Float64)) ENGINE = MergeTree ORDER BY id", cancellationToken: Cancellation);

        var written = await client.InsertBinaryAsync(
            table, ["id", "name", "score"],
            Enumerable.Range(0, Rows).Select(index => new object[] { (ulong)index, $"row {index}", index % 2 == 0 ? index / 2.0 : null! }),
            cancellationToken: Cancellation);

        written.ShouldBe(Rows);
        await using var reader = await client.ExecuteReaderAsync($"SELECT id, name, score FROM {table} ORDER BY id", cancellationToken: Cancellation);
        var seen = 0;
        while (reader.Read())
        {
            if (seen % 33_333 == 0)
            {
                reader.GetValue(0).ShouldBe((ulong)seen);
                reader.GetString(1).ShouldBe($"row {seen}");
            }
            seen++;
        }
        seen.ShouldBe(Rows);
        // 0 + 1 + ... + 49,999
        (await client.ExecuteScalarAsync($"SELECT sum(score) FROM {table}", cancellationToken: Cancellation)).ShouldBe(1_249_975_000.0);
    }

    [Fact]
    public async Task A_json_column_gives_back_its_paths()
    {
        await using var connection = await engine.ConnectAsync();
        await connection.ExecuteStatementAsync("CREATE TABLE documents (id UInt32, properties JSON) ENGINE = MergeTree ORDER BY id");
        await connection.ExecuteStatementAsync("""INSERT INTO documents VALUES (1, '{"plan":"pro","seats":5,"nested":{"a":[1,2]}}')""");

        (await connection.ExecuteScalarAsync("SELECT toString(properties.plan) FROM documents")).ShouldBe("pro");
        (await connection.ExecuteScalarAsync("SELECT properties.seats::Int64 FROM documents")).ShouldBe(5L);
    }

    [Fact]
    public async Task A_refusal_carries_the_codes_and_words_of_the_server()
    {
        await using var connection = await engine.ConnectAsync();

        var refusal = await Should.ThrowAsync<ClickHouseServerException>(() => connection.ExecuteScalarAsync("SELECT * FROM nowhere"));

        refusal.ErrorCode.ShouldBe(60);
        refusal.Message.ShouldContain("UNKNOWN_TABLE");
    }

    [Fact]
    public async Task An_error_in_the_midst_of_a_result_reaches_the_reader()
    {
        await using var connection = await engine.ConnectAsync(compression: false);

        var refusal = await Should.ThrowAsync<ClickHouseServerException>(async () =>
        {
            await using var reader = await connection.ExecuteReaderAsync(
                "SELECT throwIf(number = 5000000), number FROM numbers(10000000) SETTINGS max_block_size = 10000");
            while (await reader.ReadAsync(Cancellation))
            {
            }
        });

        refusal.ErrorCode.ShouldBe(395);
    }
}
