using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using Prickle.Engine.NativeBlocks;

namespace Prickle.Tests.Engine.NativeBlocks;

/// <summary>ClickHouse's own compressed blocks: <c>compress=1</c> for answers, <c>decompress=1</c> for bodies.</summary>
public sealed class NativeBlockTests(EngineFixture engine)
{
    // The longest that is hashed as short is 143 bytes; headers of 9 are part of it.
    static readonly int[] Lengths = [.. Enumerable.Range(1, 40), .. Enumerable.Range(100, 60), 255, 263, 264, 391, 392, 1000, 70_000];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("LZ4")]
    [InlineData("ZSTD(1)")]
    [InlineData("NONE")]
    public async Task Files_that_ClickHouse_wrote_are_read_and_their_checksums_are_right(string codec)
    {
        // Values that do not pack, in a part of each length: data files hold the same blocks as the wire.
        var table = $"blocks_{codec[..3]}";
        await engine.PostAsync("", $"""
            CREATE TABLE {table} (part UInt32, value UInt8 CODEC({codec})) ENGINE = MergeTree PARTITION BY part ORDER BY tuple()
            SETTINGS min_bytes_for_wide_part = 0, min_rows_for_wide_part = 0
            """);
        await engine.PostAsync("?max_partitions_per_insert_block=0", $"""
            INSERT INTO {table} SELECT arrayJoin([{string.Join(", ", Lengths)}]) AS part, cityHash64(number) % 256
            FROM numbers(70000) WHERE number < part
            """);

        var parts = (await engine.PostAsync("", $"SELECT partition, path FROM system.parts WHERE active AND table = '{table}' FORMAT TSV"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToList();
        parts.Count.ShouldBe(Lengths.Length);
        foreach (var part in parts)
        {
            await using var file = File.OpenRead(Path.Combine(part[1], "value.bin"));
            var expected = (await engine.PostAsync("", $"SELECT value FROM {table} WHERE part = {part[0]}"))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => byte.Parse(line, CultureInfo.InvariantCulture)).ToArray();
            (await ReadAsync(file)).ShouldBe(expected, $"the file of {part[0]} values");
        }
    }

    [Fact]
    public async Task An_answer_comes_in_blocks_when_asked_for()
    {
        using var client = await engine.HttpAsync();

        using var response = await client.PostAsync("?compress=1", new StringContent("SELECT number FROM numbers(500000)"), Cancellation);

        response.EnsureSuccessStatusCode();
        var packed = await response.Content.ReadAsByteArrayAsync(Cancellation);
        // Numbers below half a million and a line break each: 3,388,890 bytes (9 of 1 digit and the 0, 90 of 2, … 400,000 of 6).
        var text = Encoding.UTF8.GetString(await ReadAsync(new MemoryStream(packed)));
        text.Length.ShouldBe(3_388_890);
        text.ShouldEndWith("\n499998\n499999\n");
        packed.Length.ShouldBeLessThan(text.Length);
    }

    [Fact]
    public async Task Blocks_and_an_encoding_of_HTTP_may_come_together()
    {
        using var client = await engine.HttpAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "?compress=1&enable_http_compression=1&query=SELECT+'twice'");
        request.Headers.AcceptEncoding.Add(new("gzip"));

        using var response = await client.SendAsync(request, Cancellation);

        response.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        await using var unpacked = new GZipStream(await response.Content.ReadAsStreamAsync(Cancellation), CompressionMode.Decompress);
        Encoding.UTF8.GetString(await ReadAsync(unpacked)).ShouldBe("twice\n");
    }

    [Fact]
    public async Task A_refusal_stays_readable()
    {
        using var client = await engine.HttpAsync();

        using var response = await client.PostAsync("?compress=1", new StringContent("SELECT nothing_of_that_name"), Cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync(Cancellation)).ShouldStartWith("Code: 47. DB::Exception: ");
    }

    [Theory]
    [InlineData("lz4")]
    [InlineData("zstd")]
    [InlineData("none")]
    public async Task Rows_come_in_blocks(string method)
    {
        var table = $"from_blocks_{method}";
        await engine.PostAsync("", $"CREATE TABLE {table} (id UInt32) ENGINE = MergeTree ORDER BY id");
        var rows = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 400_000).Select(index => $"{index}\n")));

        using var response = await InsertAsync(table, await PackAsync(method, rows));

        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync(Cancellation));
        // 0 + 1 + … + 399,999 = 399,999 * 200,000.
        (await engine.PostAsync("", $"SELECT count(), sum(id) FROM {table}")).ShouldBe("400000\t79999800000\n");
    }

    [Fact]
    public async Task A_statement_may_stand_in_a_block_as_well()
    {
        using var client = await engine.HttpAsync();

        using var response = await client.PostAsync(
            "?decompress=1", new ByteArrayContent(await PackAsync("lz4", "SELECT 40 + 2"u8.ToArray())), Cancellation);

        (await response.Content.ReadAsStringAsync(Cancellation)).ShouldBe("42\n");
    }

    [Theory]
    [InlineData("a byte of the data", 40)]
    [InlineData("a byte of the checksum", 40)]
    [InlineData("the method", 89)]
    [InlineData("the size", 131)]
    [InlineData("the end", 33)]
    [InlineData("all", 89)]
    public async Task Blocks_that_are_broken_store_nothing(string what, int code)
    {
        var table = $"broken_{Guid.NewGuid():N}";
        await engine.PostAsync("", $"CREATE TABLE {table} (id UInt32) ENGINE = MergeTree ORDER BY id");
        // Several blocks, of which the last is the broken one.
        var rows = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 300_000).Select(index => $"{index}\n")));
        var good = await PackAsync("lz4", rows);
        var bad = await PackAsync("lz4", "300000\n"u8.ToArray());
        switch (what)
        {
            case "a byte of the data": bad[^2] ^= 1; break;
            case "a byte of the checksum": bad[3] ^= 1; break;
            case "the method": bad[16] = 0x77; break;
            case "the size": bad[20] = 0x7f; break;
            case "the end": bad = bad[..^3]; break;
            default: (good, bad) = ([], "SELECT 1 -- not compressed at all, by no means"u8.ToArray()); break;
        }

        using var response = await InsertAsync(table, [.. good, .. bad]);

        response.IsSuccessStatusCode.ShouldBeFalse();
        response.Headers.GetValues("X-ClickHouse-Exception-Code").ShouldBe([$"{code}"]);
        (await engine.PostAsync("", $"SELECT count() FROM {table}")).ShouldBe("0\n");
    }

    [Fact]
    public async Task Checksums_are_passed_over_when_the_caller_says_so()
    {
        var table = "unchecked_blocks";
        await engine.PostAsync("", $"CREATE TABLE {table} (id UInt32) ENGINE = MergeTree ORDER BY id");
        var packed = await PackAsync("lz4", "7\n"u8.ToArray());
        packed[3] ^= 1;

        using var response = await InsertAsync(table, packed, "&http_native_compression_disable_checksumming_on_decompress=1");

        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync(Cancellation));
        (await engine.PostAsync("", $"SELECT id FROM {table}")).ShouldBe("7\n");
    }

    async Task<HttpResponseMessage> InsertAsync(string table, byte[] body, string settings = "")
    {
        using var client = await engine.HttpAsync();
        return await client.PostAsync(
            $"?decompress=1&query=INSERT+INTO+{table}+FORMAT+TSV{settings}", new ByteArrayContent(body), Cancellation);
    }

    static async Task<byte[]> PackAsync(string method, byte[] bytes)
    {
        using var target = new MemoryStream();
        if (method == "lz4")
        {
            await using (var writer = new BlockWriter(target))
            {
                await writer.WriteAsync(bytes, Cancellation);
            }

            return target.ToArray();
        }

        using var compressor = new ZstdSharp.Compressor();
        foreach (var piece in bytes.Chunk(100_000))
        {
            var packed = method == "zstd" ? compressor.Wrap(piece).ToArray() : piece;
            var block = new byte[BlockFormat.ChecksumBytes + BlockFormat.HeaderBytes + packed.Length];
            packed.CopyTo(block, BlockFormat.ChecksumBytes + BlockFormat.HeaderBytes);
            BlockFormat.WriteHeader(block, method == "zstd" ? Method.Zstandard : Method.None, packed.Length, piece.Length);
            target.Write(block);
        }

        return target.ToArray();
    }

    static async Task<byte[]> ReadAsync(Stream blocks)
    {
        await using var reader = new BlockReader(blocks, isChecked: true);
        using var plain = new MemoryStream();
        await reader.CopyToAsync(plain, Cancellation);
        return plain.ToArray();
    }
}
