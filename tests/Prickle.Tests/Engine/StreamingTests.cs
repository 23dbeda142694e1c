using System.Net;
using System.Net.Sockets;
using System.Text;
using Prickle.ClickHouse.Supervision;

namespace Prickle.Tests.Engine;

public sealed class StreamingTests(EngineFixture engine)
{
    const long Megabyte = 1 << 20;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("RowBinaryWithNamesAndTypes", 16 * 10_000_000L)]
    [InlineData("JSON", 400_000_000L)]
    public async Task Ten_million_rows_pass_in_constant_memory(string format, long atLeastBytes)
    {
        var supervisor = await engine.StartedAsync();
        using var client = await engine.HttpAsync();
        (await client.GetStringAsync("?query=SELECT+1", Cancellation)).ShouldBe("1\n");
        var before = supervisor.Status.ResidentBytes!.Value;
        using var request = new HttpRequestMessage(HttpMethod.Post, "")
        {
            Content = new StringContent($"SELECT number, number AS again FROM numbers(10000000) FORMAT {format}"),
        };

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(Cancellation);
        var buffer = new byte[1 << 20];
        var (total, most) = (0L, 0L);
        for (int count; (count = await body.ReadAsync(buffer, Cancellation)) > 0; total += count)
        {
            if ((total >> 24) != ((total + count) >> 24))
            {
                most = Math.Max(most, supervisor.Status.ResidentBytes!.Value);
            }
        }

        total.ShouldBeGreaterThanOrEqualTo(atLeastBytes);
        (most - before).ShouldBeLessThan(200 * Megabyte);
    }

    [Fact]
    public async Task A_result_in_many_blocks_is_one_document()
    {
        using var client = await engine.HttpAsync();

        var text = await engine.PostAsync("", "SELECT number FROM numbers(200000) SETTINGS max_block_size = 1000 FORMAT JSONCompact");

        using var document = System.Text.Json.JsonDocument.Parse(text);
        document.RootElement.GetProperty("rows").GetInt32().ShouldBe(200_000);
        document.RootElement.GetProperty("data").GetArrayLength().ShouldBe(200_000);
        (await engine.PostAsync("", "SELECT number AS n FROM numbers(100000) FORMAT CSVWithNames"))
            .Split('\n').Count(line => line == "\"n\"").ShouldBe(1);
    }

    [Fact]
    public async Task A_million_rows_go_in_as_they_come_without_being_held()
    {
        const int Rows = 1_000_000;
        var supervisor = await engine.StartedAsync();
        using var client = await engine.HttpAsync();
        await engine.PostAsync("", "CREATE TABLE million (id UInt64, text String) ENGINE = MergeTree ORDER BY id");
        using var content = new RowsContent(Rows);

        using var response = await client.PostAsync("?query=INSERT+INTO+million+FORMAT+TSV", content, Cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync(Cancellation));
        response.Headers.GetValues("X-ClickHouse-Summary").Single().ShouldContain("\"written_rows\":\"1000000\"");
        // 0 + 1 + ... + 999,999
        (await engine.PostAsync("", "SELECT count(), sum(id), uniqExact(text) FROM million")).ShouldBe("1000000\t499999500000\t1000000\n");
        supervisor.Status.ResidentBytes!.Value.ShouldBeLessThan(1500 * Megabyte);
    }

    [Fact]
    public async Task An_insert_cut_short_stores_nothing()
    {
        var supervisor = await engine.StartedAsync();
        using var client = await engine.HttpAsync();
        await engine.PostAsync("", "CREATE TABLE cut (id UInt64) ENGINE = MergeTree ORDER BY id");
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, supervisor.Endpoint.Port, Cancellation);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /?query_id=cut-short&query=INSERT+INTO+cut+FORMAT+TSV HTTP/1.1\r\nHost: engine\r\nX-ClickHouse-Key: {supervisor.Password}\r\n"
                + "Content-Length: 1000000\r\n\r\n1\n2\n3\n"), Cancellation);
            await Eventually.IsTrueAsync(async () => await CountProcessesAsync("cut-short") == 1);
        }

        await Eventually.IsTrueAsync(async () => await CountProcessesAsync("cut-short") == 0);

        (await engine.PostAsync("", "SELECT count() FROM cut")).ShouldBe("0\n");
    }

    [Fact]
    public async Task A_caller_that_hangs_up_stops_its_query()
    {
        await using var abandoned = await EndlessQuery.StartAsync(engine);

        await abandoned.HangUpAsync();

        await Eventually.IsTrueAsync(async () => !await abandoned.IsRunningAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    public async Task An_error_after_the_result_began_cuts_the_connection_behind_its_words(string? encoding)
    {
        using var client = await engine.HttpAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "")
        {
            Content = new StringContent("SELECT number, throwIf(number = 3000000) FROM numbers(10000000) SETTINGS max_block_size = 10000"),
        };
        if (encoding is not null)
        {
            request.Headers.AcceptEncoding.ParseAdd(encoding);
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var tag = response.Headers.GetValues("X-ClickHouse-Exception-Tag").Single();
        await using var body = await response.Content.ReadAsStreamAsync(Cancellation);
        await using var decoded = encoding is null ? body : new System.IO.Compression.GZipStream(body, System.IO.Compression.CompressionMode.Decompress);
        var tail = "";
        var buffer = new byte[1 << 16];
        var cut = await Should.ThrowAsync<HttpIOException>(async () =>
        {
            for (int count; (count = await decoded.ReadAsync(buffer, Cancellation)) > 0;)
            {
                tail = (tail + Encoding.UTF8.GetString(buffer, 0, count))[^Math.Min(tail.Length + count, 2000)..];
            }
        });

        cut.HttpRequestError.ShouldBe(HttpRequestError.ResponseEnded);
        tail.ShouldEndWith($" {tag}\r\n__exception__\r\n");
        tail.ShouldContain($"\r\n__exception__\r\n{tag}\r\nCode: 395. DB::Exception: ");
    }

    [Fact]
    public async Task With_wait_end_of_query_even_a_late_error_has_its_own_status()
    {
        using var client = await engine.HttpAsync();

        using var response = await client.PostAsync(
            "?wait_end_of_query=1",
            new StringContent("SELECT number, throwIf(number = 3000000) FROM numbers(10000000) SETTINGS max_block_size = 10000"), Cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        response.Headers.GetValues("X-ClickHouse-Exception-Code").ShouldBe(["395"]);
    }

    [Fact]
    public async Task Many_callers_are_served_at_once()
    {
        using var client = await engine.HttpAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(index =>
            engine.PostAsync("", $"SELECT {index}, count() FROM numbers(1000000) WHERE number % 7 = 0")));

        // ⌈1,000,000 / 7⌉
        answers.ShouldBe(Enumerable.Range(0, 60).Select(index => $"{index}\t142858\n"));
    }

    async Task<int> CountProcessesAsync(string queryId) => int.Parse(
        await engine.PostAsync("", $"SELECT count() FROM system.processes WHERE Settings['log_comment'] = '{queryId}'"),
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Rows made while they are sent, of a length nobody states beforehand.</summary>
    sealed class RowsContent(int rows) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
            for (var index = 0; index < rows; index++)
            {
                await writer.WriteAsync($"{index}\ttext {index}\n");
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
