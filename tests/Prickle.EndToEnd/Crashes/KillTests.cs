using System.Net;
using System.Text;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Crashes;

/// <summary>kill -9 under load: what was acknowledged is there, once.</summary>
[Collection(CrashCollection.Name)]
public sealed class KillTests
{
    const int Senders = 4;

    // A few rounds of the pipeline: the kill comes while some events are stored, some wait, and some are under way.
    const int EventsBetween = 300;

    enum Victim
    {
        Application,
        Engine,
        Both,
    }

    [Fact]
    public async Task Ten_kills_of_the_application_the_engine_and_both_lose_and_double_nothing()
    {
        Victim[] rounds =
        [
            Victim.Application, Victim.Engine, Victim.Both, Victim.Application, Victim.Engine,
            Victim.Both, Victim.Application, Victim.Engine, Victim.Both, Victim.Application,
        ];
        await using var running = await Running.StartAsync();
        var project = await running.Api.NewProjectAsync("kills");
        await using var senders = new SteadySenders(running.Process, project, Senders);

        foreach (var victim in rounds)
        {
            await senders.WaitForMoreAsync(EventsBetween);
            await KillAsync(running.Process, victim);
        }
        await senders.WaitForMoreAsync(EventsBetween);
        await running.Process.WaitUntilReadyAsync();

        await running.ShouldHoldOnceAsync(project, await senders.StopAsync());
        senders.Surprises.ShouldBeEmpty();
    }

    static async Task KillAsync(ProductProcess product, Victim victim)
    {
        var engine = await Eventually.GetAsync(
            "the engine runs", () => Task.FromResult(product.Engine), TimeSpan.FromSeconds(30), () => Task.FromResult(product.Log));
        if (victim is Victim.Engine)
        {
            product.KillEngine();
            await Eventually.HoldsAsync(
                "another engine runs", () => Task.FromResult(product.Engine is { } next && next.ProcessId != engine.ProcessId),
                TimeSpan.FromSeconds(30), () => Task.FromResult(product.Log));
            return;
        }
        if (victim is Victim.Both)
        {
            product.KillBoth();
        }
        else
        {
            product.KillApplication();
        }
        await product.WaitForExitAsync();
        product.Start();
    }

    [Fact]
    public async Task An_engine_that_comes_back_empty_gets_its_tables_persons_merges_and_groups_again_and_goes_on()
    {
        await using var running = await Running.StartAsync();
        var project = await running.Api.NewProjectAsync("empty engine");
        await SendAsync(running, project, """
            {"event":"seen","distinct_id":"visitor","properties":{"$groups":{"company":"fern"}}},
            {"event":"$groupidentify","distinct_id":"visitor","properties":{"$group_type":"company","$group_key":"fern","$group_set":{"plan":"pro"}}},
            {"event":"$identify","distinct_id":"maya","properties":{"$anon_distinct_id":"visitor","$set":{"email":"maya@fern.test"}}}
            """);
        await running.Store.WaitForEventsAsync(project.Id, 3);
        var before = await CopiesAsync(running, project);
        before.Count.ShouldBeGreaterThanOrEqualTo(2);

        // What a replaced disk looks like. The engine that runs knows its files by other names from here on, and is ended.
        var engineFolder = Path.Combine(running.Process.DataFolder, "engine");
        Directory.Move(engineFolder, engineFolder + "-gone");
        running.Process.KillEngine();

        await Eventually.HoldsAsync(
            "persons, overrides and groups are there again",
            async () => (await CopiesAsync(running, project)).SequenceEqual(before), TimeSpan.FromSeconds(60),
            async () => $"There are: {string.Join(", ", await CopiesAsync(running, project))}\n{running.Process.Log}");
        await SendAsync(running, project, """{"event":"again","distinct_id":"maya"}""");
        (await running.Store.WaitForEventsAsync(project.Id, 1)).Single().Name.ShouldBe("again");
        await running.Process.WaitUntilReadyAsync();
    }

    static async Task SendAsync(Running running, TestProject project, string items)
    {
        using var body = new StringContent($"{{\"api_key\":\"{project.Token}\",\"batch\":[{items}]}}", Encoding.UTF8, "application/json");
        using var response = await running.Http.PostAsync("/batch/", body);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    // As they lie there, the newest version of each; empty while there is no engine or no table.
    static async Task<List<string>> CopiesAsync(Running running, TestProject project)
    {
        try
        {
            return running.Process.Engine is null ? [] : await running.Store.QueryAsync(
                $"""
                SELECT text FROM (
                    SELECT toString(id) || toJSONString(properties) AS text FROM prickle.persons FINAL WHERE project_id = {project.Id}
                    UNION ALL SELECT distinct_id || toString(person_id) FROM prickle.person_override_rows FINAL WHERE project_id = {project.Id}
                    UNION ALL SELECT key || toJSONString(properties) FROM prickle.groups FINAL WHERE project_id = {project.Id})
                ORDER BY text
                """,
                row => row.GetProperty("text").GetString()!);
        }
        catch (Exception failure) when (failure is HttpRequestException or ShouldAssertException)
        {
            return [];
        }
    }
}
