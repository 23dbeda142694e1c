using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Prickle.ClickHouse.Supervision;

namespace Prickle.Tests.Engine;

public sealed class HttpInterfaceTests(EngineFixture engine)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("/ping")]
    [InlineData("/replicas_status")]
    public async Task Probes_need_no_secret(string path)
    {
        using var client = new HttpClient();

        (await client.GetStringAsync(new Uri((await engine.StartedAsync()).Endpoint, path), Cancellation)).ShouldBe("Ok.\n");
    }

    [Fact]
    public async Task Anyone_without_the_secret_is_refused_in_the_servers_words()
    {
        using var client = new HttpClient();
        var endpoint = (await engine.StartedAsync()).Endpoint;

        using var none = await client.GetAsync(new Uri(endpoint, "?query=SELECT+1"), Cancellation);
        using var wrong = await client.GetAsync(new Uri(endpoint, "?query=SELECT+1&user=default&password=guess"), Cancellation);
        using var wrongUser = await client.GetAsync(new Uri(endpoint, $"?query=SELECT+1&user=root&password={Password}"), Cancellation);

        foreach (var refused in new[] { none, wrong, wrongUser })
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            refused.Headers.GetValues("X-ClickHouse-Exception-Code").ShouldBe(["516"]);
            (await refused.Content.ReadAsStringAsync(Cancellation)).ShouldStartWith("Code: 516. DB::Exception: ");
        }
    }

    [Fact]
    public async Task The_secret_is_taken_from_headers_basic_authentication_and_parameters()
    {
        using var client = new HttpClient();
        var supervisor = await engine.StartedAsync();
        using var basic = new HttpRequestMessage(HttpMethod.Get, new Uri(supervisor.Endpoint, "?query=SELECT+1"));
        basic.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"default:{supervisor.Password}")));

        using var byBasic = await client.SendAsync(basic, Cancellation);
        (await byBasic.Content.ReadAsStringAsync(Cancellation)).ShouldBe("1\n");
        (await client.GetStringAsync(
            new Uri(supervisor.Endpoint, $"?query=SELECT+2&user=default&password={supervisor.Password}"), Cancellation)).ShouldBe("2\n");
        (await GetAsync("?query=SELECT+3")).ShouldBe("3\n");
    }

    [Theory]
    [InlineData("?query=SELECT+1", "", "1\n")]
    [InlineData("", "SELECT 2", "2\n")]
    [InlineData("?query=SELECT", "3", "3\n")]
    [InlineData("?query=SELECT+number", "FROM numbers(2)", "0\n1\n")]
    [InlineData("?default_format=CSV", "SELECT 1, 'a'", "1,\"a\"\n")]
    [InlineData("?default_format=CSV", "SELECT 1, 'a' FORMAT TSV", "1\ta\n")]
    [InlineData("?default_format=CSV", "SELECT 1, 'a' FORMAT TSV SETTINGS max_threads = 1", "1\ta\n")]
    [InlineData("", "SELECT 1 AS format ORDER BY format DESC", "1\n")]
    [InlineData("", "SELECT 1 AS format ORDER BY format", "1\n")]
    [InlineData("", "SELECT 'a;b' -- trailing; comment", "a;b\n")]
    [InlineData("", "/* SELECT 2 */ SELECT 1;\n-- end", "1\n")]
    [InlineData("", "(SELECT 1) UNION ALL (SELECT 1)", "1\n1\n")]
    [InlineData("", "SELECT 'INTO OUTFILE' -- FROM INFILE", "INTO OUTFILE\n")]
    [InlineData("", "WITH 5 AS x SELECT x", "5\n")]
    [InlineData("", "FROM numbers(1) SELECT number", "0\n")]
    [InlineData("", "SELECT $tag$it's; raw$tag$", "it\\'s; raw\n")]
    [InlineData("?param_text=a%5Ctb&param_n=7", "SELECT {text:String}, {n:UInt8} + 1", "a\\tb\t8\n")]
    [InlineData("?max_threads=1", "SELECT getSetting('max_threads')", "1\n")]
    [InlineData("?database=system", "SELECT currentDatabase()", "system\n")]
    [InlineData("?database=system&readonly=1&max_result_rows=5", "SELECT currentDatabase(), getSetting('readonly')", "system\t1\n")]
    [InlineData("?additional_table_filters=%7B'system.numbers':'number%3E5'%7D", "SELECT number FROM system.numbers LIMIT 1", "6\n")]
    [InlineData("", "EXISTS TABLE system.one", "1\n")]
    public async Task A_statement_is_read_from_the_address_and_the_body(string address, string body, string result) =>
        (await engine.PostAsync(address, body)).ShouldBe(result);

    [Theory]
    [InlineData("SELECT * FROM nowhere", 404, 60)]
    [InlineData("SELECT nothing_of_this_name", 404, 47)]
    [InlineData("SELECT nofunction(1)", 404, 46)]
    [InlineData("SELECT * FROM nodatabase.t", 404, 81)]
    [InlineData("SELECT 1 FORMAT NoFormat", 404, 73)]
    [InlineData("SELEC 1", 400, 62)]
    [InlineData("SELECT 1 FROM", 400, 62)]
    [InlineData("SELECT 1; SELECT 2", 400, 62)]
    [InlineData("SELECT throwIf(1)", 500, 395)]
    [InlineData("SELECT toDate('x')", 400, 38)]
    [InlineData("SELECT 1 INTO OUTFILE '/tmp/prickle-must-not-exist'", 500, 358)]
    [InlineData("SELECT 1 /* */ INTO /* */ OUTFILE '/tmp/prickle-must-not-exist' FORMAT CSV", 500, 358)]
    [InlineData("SELECT 1 /* /* */ ' */ INTO OUTFILE '/tmp/prickle-must-not-exist'", 500, 358)]
    [InlineData("SELECT 1 // '\nINTO OUTFILE '/tmp/prickle-must-not-exist'", 500, 358)]
    [InlineData("EXPLAIN SELECT 1 INTO\u2003OUTFILE '/tmp/prickle-must-not-exist'", 500, 358)]
    [InlineData("INSERT INTO t FROM INFILE '/etc/passwd' FORMAT LineAsString", 500, 358)]
    [InlineData("SELECT sleepEachRow(0.2) FROM numbers(10) SETTINGS max_execution_time = 0.1, max_block_size = 1", 408, 159)]
    [InlineData("", 400, 62)]
    [InlineData("-- nothing but a comment", 400, 62)]
    [InlineData("INSERT INTO system.one", 400, 62)]
    public async Task A_refusal_has_the_status_the_code_and_the_words_of_the_server(string statement, int status, int code)
    {
        using var client = await engine.HttpAsync();

        using var response = await client.PostAsync("", new StringContent(statement), Cancellation);

        ((int)response.StatusCode).ShouldBe(status);
        response.Headers.GetValues("X-ClickHouse-Exception-Code").ShouldBe([$"{code}"]);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        text.ShouldStartWith($"Code: {code}. DB::Exception: ");
        text.ShouldMatch(@" \(version 26\.\d+\.\d+\.\d+\)\n$");
        text.ShouldNotContain("/dev/fd");
        File.Exists("/tmp/prickle-must-not-exist").ShouldBeFalse();
    }

    [Theory]
    [InlineData("?nosuchsetting=1", 404, 115)]
    [InlineData("?a%60b=1", 404, 115)]
    [InlineData("?max_threads=many", 400, 27)]
    [InlineData("?database=nowhere", 404, 81)]
    [InlineData("?session_id=s&session_timeout=x", 500, 374)]
    [InlineData("?session_id=s&session_timeout=4000", 500, 374)]
    [InlineData("?session_id=never-opened&session_check=1", 500, 372)]
    public async Task A_parameter_that_cannot_be_honoured_is_refused(string address, int status, int code)
    {
        using var client = await engine.HttpAsync();

        using var response = await client.PostAsync(address, new StringContent("SELECT 1"), Cancellation);

        ((int)response.StatusCode).ShouldBe(status);
        response.Headers.GetValues("X-ClickHouse-Exception-Code").ShouldBe([$"{code}"]);
    }

    [Theory]
    [InlineData("INSERT INTO got VALUES (1)")]
    [InlineData("CREATE TABLE got2 (a UInt8) ENGINE = Memory")]
    [InlineData("DROP TABLE got")]
    public async Task What_comes_by_GET_changes_nothing(string statement)
    {
        await engine.PostAsync("", "CREATE TABLE IF NOT EXISTS got (a UInt8) ENGINE = Memory");
        using var client = await engine.HttpAsync();

        foreach (var session in new[] { "", $"&session_id=get-{Guid.NewGuid()}" })
        {
            using var response = await client.GetAsync($"?query={Uri.EscapeDataString(statement)}{session}", Cancellation);

            response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
            (await response.Content.ReadAsStringAsync(Cancellation)).ShouldContain("Cannot execute query in readonly mode. (READONLY)");
        }
        (await GetAsync("?query=SELECT+count()+FROM+got&max_threads=1")).ShouldBe("0\n");
    }

    [Fact]
    public async Task The_headers_tell_what_the_server_tells()
    {
        using var client = await engine.HttpAsync();

        using var response = await client.PostAsync("?query_id=mine-1", new StringContent("SELECT number FROM numbers(1000) FORMAT JSON"), Cancellation);

        string Header(string name) => response.Headers.GetValues(name).Single();
        Header("X-ClickHouse-Query-Id").ShouldBe("mine-1");
        Header("X-ClickHouse-Format").ShouldBe("JSON");
        Header("X-ClickHouse-Timezone").ShouldNotBeEmpty();
        Header("X-ClickHouse-Server-Display-Name").ShouldNotBeEmpty();
        // 1000 numbers of 8 bytes.
        Header("X-ClickHouse-Summary").ShouldStartWith("""{"read_rows":"1000","read_bytes":"8000","written_rows":"0",""");
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json; charset=UTF-8");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task Bodies_go_and_come_in_every_encoding(string encoding)
    {
        var table = $"encoded_{encoding}";
        await engine.PostAsync("", $"CREATE TABLE {table} (id UInt32, text String) ENGINE = MergeTree ORDER BY id");
        using var client = await engine.HttpAsync();
        var rows = string.Concat(Enumerable.Range(0, 50_000).Select(index => $"{index},text {index}\n"));
        using var insert = Encoded($"INSERT INTO {table} FORMAT CSV\n{rows}", encoding);

        using var inserted = await client.PostAsync("", insert, Cancellation);
        inserted.StatusCode.ShouldBe(HttpStatusCode.OK, await inserted.Content.ReadAsStringAsync(Cancellation));

        using var select = new HttpRequestMessage(HttpMethod.Post, "") { Content = new StringContent($"SELECT * FROM {table} ORDER BY id FORMAT CSV") };
        select.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
        using var selected = await client.SendAsync(select, Cancellation);
        selected.Content.Headers.ContentEncoding.ShouldBe([encoding]);
        var text = Decoded(await selected.Content.ReadAsByteArrayAsync(Cancellation), encoding);
        text.ShouldBe(rows.Replace(",text", ",\"text").Replace("\n", "\"\n"));
    }

    [Theory]
    [InlineData("gzip", 354)]
    [InlineData("zstd", 561)]
    [InlineData("br", 448)]
    [InlineData("lzma", 89)]
    public async Task A_body_that_is_not_what_its_encoding_says_is_refused(string encoding, int code)
    {
        using var client = await engine.HttpAsync();
        using var content = new ByteArrayContent("SELECT 1 -- not compressed at all, by no means"u8.ToArray());
        content.Headers.ContentEncoding.Add(encoding);

        using var response = await client.PostAsync("", content, Cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        response.Headers.GetValues("X-ClickHouse-Exception-Code").ShouldBe([$"{code}"]);
    }

    [Theory]
    [InlineData("gzip", 354)]
    [InlineData("deflate", 354)]
    [InlineData("zstd", 561)]
    [InlineData("br", 448)]
    public async Task A_compressed_body_cut_short_stores_nothing(string encoding, int code)
    {
        var table = $"truncated_{encoding}";
        await engine.PostAsync("", $"CREATE TABLE {table} (id UInt32) ENGINE = MergeTree ORDER BY id");
        using var client = await engine.HttpAsync();
        using var whole = Encoded(string.Concat(Enumerable.Range(0, 50_000).Select(index => $"{index}\n")), encoding);
        var bytes = await whole.ReadAsByteArrayAsync(Cancellation);
        using var cut = new ByteArrayContent(bytes, 0, bytes.Length - 20);
        cut.Headers.ContentEncoding.Add(encoding);

        using var response = await client.PostAsync($"?query=INSERT+INTO+{table}+FORMAT+TSV", cut, Cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        response.Headers.GetValues("X-ClickHouse-Exception-Code").ShouldBe([$"{code}"]);
        (await engine.PostAsync("", $"SELECT count() FROM {table}")).ShouldBe("0\n");
    }

    [Theory]
    [InlineData("", "INSERT INTO {0} VALUES (1, 'a'), (2, upper('b'))", "1\ta\n2\tB\n")]
    [InlineData("", "INSERT INTO {0} (text, id) VALUES ('a', 1)", "1\ta\n")]
    [InlineData("?query=INSERT+INTO+{0}+VALUES", "(1, 'a')", "1\ta\n")]
    [InlineData("?query=INSERT+INTO+{0}+FORMAT+CSV", "1,a\n2,b\n", "1\ta\n2\tb\n")]
    [InlineData("?query=INSERT+INTO+{0}+FORMAT+JSONEachRow", "{\"id\":1,\"text\":\"a\"}", "1\ta\n")]
    [InlineData("", "INSERT INTO {0} FORMAT TSV\n1\ta\n", "1\ta\n")]
    [InlineData("", "INSERT INTO {0} FORMAT TSV 1\ta\n", "1\ta\n")]
    [InlineData("", "INSERT INTO {0} SETTINGS max_insert_threads = 1 FORMAT TSV\r\n1\ta\n", "1\ta\n")]
    [InlineData("", "INSERT INTO {0} SELECT number, 'n' FROM numbers(2)", "0\tn\n1\tn\n")]
    [InlineData("", "INSERT INTO {0} WITH 3 AS x SELECT x, 'w'", "3\tw\n")]
    [InlineData("?param_n=9", "INSERT INTO {0} VALUES ({{n:UInt32}}, 'p')", "9\tp\n")]
    public async Task Rows_are_inserted_from_wherever_they_stand(string address, string body, string result)
    {
        var table = $"insert_{Guid.NewGuid():N}";
        await engine.PostAsync("", $"CREATE TABLE {table} (id UInt32, text String) ENGINE = MergeTree ORDER BY id");

        (await engine.PostAsync(address.Replace("{0}", table), body.Replace("{0}", table).Replace("{{", "{").Replace("}}", "}"))).ShouldBe("");

        (await engine.PostAsync("", $"SELECT * FROM {table} ORDER BY id")).ShouldBe(result);
    }

    [Fact]
    public async Task A_list_of_values_may_be_longer_than_a_statement()
    {
        await engine.PostAsync("", "CREATE TABLE many_values (id UInt32, text String) ENGINE = MergeTree ORDER BY id");

        await engine.PostAsync("", "INSERT INTO many_values VALUES " + string.Join(",", Enumerable.Range(0, 50_000).Select(index => $"({index}, 'text {index}')")));

        (await engine.PostAsync("", "SELECT count(), uniqExact(text) FROM many_values")).ShouldBe("50000\t50000\n");
    }

    [Fact]
    public async Task A_second_statement_behind_values_is_never_run()
    {
        await engine.PostAsync("", "CREATE TABLE not_dropped (id UInt32) ENGINE = MergeTree ORDER BY id");

        _ = await engine.StatusAsync("", "INSERT INTO not_dropped VALUES (1); DROP TABLE not_dropped");

        (await engine.PostAsync("", "EXISTS TABLE not_dropped")).ShouldBe("1\n");
    }

    [Fact]
    public async Task A_batch_with_one_bad_row_is_refused_whole()
    {
        await engine.PostAsync("", "CREATE TABLE strict (id UInt32) ENGINE = MergeTree ORDER BY id");
        using var client = await engine.HttpAsync();

        using var response = await client.PostAsync(
            "?query=INSERT+INTO+strict+FORMAT+TSV", new StringContent("1\n2\nthree\n"), Cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        response.Headers.GetValues("X-ClickHouse-Exception-Code").ShouldBe(["27"]);
        (await engine.PostAsync("", "SELECT count() FROM strict")).ShouldBe("0\n");
    }

    [Fact]
    public async Task A_form_may_carry_the_statement_and_its_parameters()
    {
        using var client = await engine.HttpAsync();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("SELECT {x:UInt8} + 1"), "query" },
            { new StringContent("41"), "param_x" },
        };

        using var response = await client.PostAsync("", form, Cancellation);

        (await response.Content.ReadAsStringAsync(Cancellation)).ShouldBe("42\n");
    }

    string Password => engine.StartedAsync().GetAwaiter().GetResult().Password;

    async Task<string> GetAsync(string address)
    {
        using var client = await engine.HttpAsync();
        return await client.GetStringAsync(address, Cancellation);
    }

    static ByteArrayContent Encoded(string text, string encoding)
    {
        using var target = new MemoryStream();
        using (Stream encoder = encoding switch
        {
            "gzip" => new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true),
            _ => new ZstdSharp.CompressionStream(target, leaveOpen: true),
        })
        {
            encoder.Write(Encoding.UTF8.GetBytes(text));
        }
        var content = new ByteArrayContent(target.ToArray());
        content.Headers.ContentEncoding.Add(encoding);
        return content;
    }

    static string Decoded(byte[] body, string encoding)
    {
        using var source = new MemoryStream(body);
        using Stream decoder = encoding switch
        {
            "gzip" => new GZipStream(source, CompressionMode.Decompress),
            "deflate" => new ZLibStream(source, CompressionMode.Decompress),
            "br" => new BrotliStream(source, CompressionMode.Decompress),
            _ => new ZstdSharp.DecompressionStream(source),
        };
        using var reader = new StreamReader(decoder);
        return reader.ReadToEnd();
    }
}
