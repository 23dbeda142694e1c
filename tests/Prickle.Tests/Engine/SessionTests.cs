namespace Prickle.Tests.Engine;

public sealed class SessionTests(EngineFixture engine)
{
    readonly string session = Guid.NewGuid().ToString();

    [Fact]
    public async Task A_session_keeps_its_temporary_tables_and_settings()
    {
        await engine.PostAsync($"?session_id={session}", "CREATE TEMPORARY TABLE kept (a UInt8)");
        await engine.PostAsync($"?session_id={session}", "INSERT INTO kept VALUES (1), (2)");
        await engine.PostAsync($"?session_id={session}", "SET max_threads = 1");

        (await engine.PostAsync($"?session_id={session}", "SELECT sum(a), getSetting('max_threads') FROM kept")).ShouldBe("3\t1\n");
        (await engine.StatusAsync("", "SELECT * FROM kept")).ShouldBe((404, "60"));
    }

    [Fact]
    public async Task A_setting_in_the_address_holds_for_one_statement_only()
    {
        (await engine.PostAsync($"?session_id={session}&max_block_size=77", "SELECT getSetting('max_block_size')")).ShouldBe("77\n");

        (await engine.PostAsync($"?session_id={session}", "SELECT getSetting('max_block_size')")).ShouldNotBe("77\n");
    }

    [Fact]
    public async Task A_session_that_made_itself_read_only_stays_so_and_still_answers()
    {
        await engine.PostAsync($"?session_id={session}", "SET readonly = 1");

        (await engine.PostAsync($"?session_id={session}", "SELECT 1")).ShouldBe("1\n");
        (await engine.StatusAsync($"?session_id={session}", "SET readonly = 0")).ShouldBe((500, "164"));
        (await engine.StatusAsync($"?session_id={session}&max_threads=1", "SELECT 1")).ShouldBe((500, "164"));
        (await engine.StatusAsync($"?session_id={session}", "SELECT * FROM file('/etc/passwd', LineAsString)")).ShouldBe((500, "164"));
    }

    [Fact]
    public async Task A_session_runs_one_statement_at_a_time()
    {
        await using (await EndlessQuery.StartAsync(engine, $"&session_id={session}"))
        {
            (await engine.StatusAsync($"?session_id={session}", "SELECT 1")).ShouldBe((500, "373"));
        }

        // The killed statement's end reaches the session a moment after the kill is answered.
        await Eventually.IsTrueAsync(async () => await engine.StatusAsync($"?session_id={session}&session_check=1", "SELECT 2") == (200, null));
    }

    [Fact]
    public async Task A_session_ends_when_asked_or_when_its_time_is_over()
    {
        await engine.PostAsync($"?session_id={session}&close_session=1", "SELECT 1");
        (await engine.StatusAsync($"?session_id={session}&session_check=1", "SELECT 1")).ShouldBe((500, "372"));

        await engine.PostAsync($"?session_id={session}&session_timeout=0", "SELECT 1");
        (await engine.StatusAsync($"?session_id={session}&session_check=1", "SELECT 1")).ShouldBe((500, "372"));
    }
}
