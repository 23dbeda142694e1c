using System.Net;

namespace Prickle.Tests.Engine;

public sealed class SessionTests(EngineFixture engine)
{
    readonly string session = Guid.NewGuid().ToString();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_keeps_its_temporary_tables_and_settings()
    {
        await PostAsync($"?session_id={session}", "CREATE TEMPORARY TABLE kept (a UInt8)");
        await PostAsync($"?session_id={session}", "INSERT INTO kept VALUES (1), (2)");
        await PostAsync($"?session_id={session}", "SET max_threads = 1");

        (await PostAsync($"?session_id={session}", "SELECT sum(a), getSetting('max_threads') FROM kept")).ShouldBe("3\t1\n");
        (await StatusAsync("", "SELECT * FROM kept")).ShouldBe((HttpStatusCode.NotFound, "60"));
    }

    [Fact]
    public async Task A_setting_in_the_address_holds_for_one_statement_only()
    {
        (await PostAsync($"?session_id={session}&max_block_size=77", "SELECT getSetting('max_block_size')")).ShouldBe("77\n");

        (await PostAsync($"?session_id={session}", "SELECT getSetting('max_block_size')")).ShouldNotBe("77\n");
    }

    [Fact]
    public async Task A_session_that_made_itself_read_only_stays_so_and_still_answers()
    {
        await PostAsync($"?session_id={session}", "SET readonly = 1");

        (await PostAsync($"?session_id={session}", "SELECT 1")).ShouldBe("1\n");
        (await StatusAsync($"?session_id={session}", "SET readonly = 0")).ShouldBe((HttpStatusCode.InternalServerError, "164"));
        (await StatusAsync($"?session_id={session}&max_threads=1", "SELECT 1")).ShouldBe((HttpStatusCode.InternalServerError, "164"));
        (await StatusAsync($"?session_id={session}", "SELECT * FROM file('/etc/passwd', LineAsString)")).ShouldBe((HttpStatusCode.InternalServerError, "164"));
    }

    [Fact]
    public async Task A_session_runs_one_statement_at_a_time()
    {
        await PostAsync($"?session_id={session}", "SELECT 1");
        var first = PostAsync($"?session_id={session}", "SELECT sleep(2)");
        (HttpStatusCode Status, string? Code) second;
        do
        {
            second = await StatusAsync($"?session_id={session}", "SELECT 1");
        }
        while (second.Status == HttpStatusCode.OK && !first.IsCompleted);

        second.ShouldBe((HttpStatusCode.InternalServerError, "373"));
        (await first).ShouldBe("0\n");
        (await PostAsync($"?session_id={session}&session_check=1", "SELECT 2")).ShouldBe("2\n");
    }

    [Fact]
    public async Task A_session_ends_when_asked_or_when_its_time_is_over()
    {
        await PostAsync($"?session_id={session}&close_session=1", "SELECT 1");
        (await StatusAsync($"?session_id={session}&session_check=1", "SELECT 1")).ShouldBe((HttpStatusCode.InternalServerError, "372"));

        await PostAsync($"?session_id={session}&session_timeout=0", "SELECT 1");
        (await StatusAsync($"?session_id={session}&session_check=1", "SELECT 1")).ShouldBe((HttpStatusCode.InternalServerError, "372"));
    }

    async Task<string> PostAsync(string address, string body)
    {
        using var client = await engine.HttpAsync();
        using var response = await client.PostAsync(address, new StringContent(body), Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return text;
    }

    async Task<(HttpStatusCode Status, string? Code)> StatusAsync(string address, string body)
    {
        using var client = await engine.HttpAsync();
        using var response = await client.PostAsync(address, new StringContent(body), Cancellation);
        return (response.StatusCode, response.Headers.TryGetValues("X-ClickHouse-Exception-Code", out var codes) ? codes.Single() : null);
    }
}
