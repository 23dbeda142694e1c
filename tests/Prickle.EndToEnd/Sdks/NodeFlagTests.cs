using System.Globalization;
using System.Text.Json;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Sdks;

/// <summary>
/// The Node.js SDK evaluates flags in two ways: it asks the server, or it takes the definitions and evaluates by itself. On
/// flags of all kinds, made by chance with a fixed seed, both say the same, and what the API explains.
/// </summary>
public sealed class NodeFlagTests(SharedProduct shared)
{
    const int Flags = 60;
    const int People = 40;
    static readonly string[] Plans = ["free", "pro", "team"];
    static readonly string[] Countries = ["DE", "FR", "AT", "US"];

    [Theory]
    [InlineData("a personal key")]
    [InlineData("the project's secret key")]
    public async Task Asking_and_evaluating_by_itself_say_the_same(string by)
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync($"node flags by {by}");
        var apiKey = by == "a personal key" ? running.Api.PersonalApiKey
            : (await running.Api.PostAsync($"/api/projects/{project.Id}/secret_keys", new { })).GetProperty("value").GetString()!;
        using var signals = new StringContent(
            $$"""{"api_key":"{{project.Token}}","batch":[{"event":"$groupidentify","distinct_id":"seed","properties":{"$group_type":"company","$group_key":"acme","$group_set":{"size":3} } }]}""");
        using var sent = await running.Http.PostAsync("/batch/", signals);
        await running.Store.WaitForEventsAsync(project.Id, 1);
        var random = new Random(7);
        var cohort = (await running.Api.PostAsync($"/api/projects/{project.Id}/cohorts", JsonElement.Parse("""
            {"name":"Germans who are old","filters":{"properties":{"type":"AND","values":[
              {"type":"person","key":"country","operator":"exact","value":["DE","AT"]},{"type":"person","key":"age","operator":"gte","value":40}]}}}
            """))).GetProperty("id").GetInt32();
        var keys = new List<string>();
        for (var number = 0; number < Flags; number++)
        {
            var key = $"flag-{number}";
            await running.Api.PostAsync(
                $"/api/projects/{project.Id}/feature_flags", JsonElement.Parse($$"""{"key":"{{key}}","filters":{{Filters(random, keys, cohort)}} }"""));
            keys.Add(key);
        }
        await running.Api.PostAsync(
            $"/api/projects/{project.Id}/feature_flags",
            JsonElement.Parse("""{"key":"node-config","is_remote_configuration":true,"filters":{"groups":[],"payloads":{"true":"{\"rows\":5}"}}}"""));
        var people = Enumerable.Range(0, People).Select(number => Person(random, number)).ToList();
        using var told = await TellAsync(running, project.Token, apiKey, people);

        told.RootElement.GetProperty("config").GetProperty("rows").GetInt32().ShouldBe(5);
        var on = 0;
        for (var person = 0; person < People; person++)
        {
            var (remote, local) = (told.RootElement.GetProperty("remote")[person], told.RootElement.GetProperty("local")[person]);
            foreach (var key in keys)
            {
                // Nothing is left open by evaluating locally: every property that is asked for was given.
                local.TryGetProperty(key, out var own).ShouldBeTrue($"{key} for {people[person]}");
                own.ToString().ShouldBe(remote.GetProperty(key).ToString(), $"{key} for {people[person]}");
                on += own.ValueKind == JsonValueKind.False ? 0 : 1;
            }
            var payloads = told.RootElement.GetProperty("payloads")[person];
            JsonElement.DeepEquals(payloads[0], payloads[1]).ShouldBeTrue($"{payloads} for {people[person]}");
        }
        // Neither all nor nothing: the agreement means something.
        on.ShouldBeInRange(People * Flags / 10, People * Flags * 9 / 10);
    }

    static string Filters(Random random, List<string> others, int cohort)
    {
        var isOfGroups = random.Next(8) == 0;
        var variants = random.Next(2) == 0 ? null : """{"variants":[{"key":"a","rollout_percentage":30},{"key":"b","rollout_percentage":45.5},{"key":"c","rollout_percentage":20}]}""";
        var sets = Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
        {
            var conditions = Enumerable.Range(0, random.Next(3)).Select(_ => Condition(random, others, cohort, isOfGroups));
            var variant = variants is not null && random.Next(4) == 0 ? ",\"variant\":\"b\"" : "";
            var share = random.Next(4) == 0 ? "null" : random.Next(101).ToString(CultureInfo.InvariantCulture);
            return $$"""{"properties":[{{string.Join(",", conditions)}}],"rollout_percentage":{{share}}{{variant}} }""";
        });
        var payloads = variants is null ? """{"true":"{\"n\":1}"}""" : """{"a":"1","b":"[2]"}""";
        return $$"""
            {"groups":[{{string.Join(",", sets)}}],"multivariate":{{variants ?? "null"}},"payloads":{{payloads}},"early_exit":{{(random.Next(5) == 0 ? "true" : "false")}},
             "aggregation_group_type_index":{{(isOfGroups ? "0" : "null")}} }
            """;
    }

    static string Condition(Random random, List<string> others, int cohort, bool isOfGroups)
    {
        if (isOfGroups)
        {
            return $$"""{"key":"size","type":"group","group_type_index":0,"operator":"{{(random.Next(2) == 0 ? "gt" : "lte")}}","value":{{random.Next(100)}} }""";
        }
        return random.Next(12) switch
        {
            0 => $$"""{"key":"plan","type":"person","operator":"exact","value":"{{Plans[random.Next(3)].ToUpperInvariant()}}"}""",
            1 => $$"""{"key":"plan","type":"person","operator":"is_not","value":["{{Plans[random.Next(3)]}}"]}""",
            2 => """{"key":"email","type":"person","operator":"icontains","value":"BURROW"}""",
            3 => """{"key":"email","type":"person","operator":"not_icontains","value":"den"}""",
            4 => """{"key":"email","type":"person","operator":"regex","value":"^p[0-4]+@"}""",
            5 => $$"""{"key":"age","type":"person","operator":"{{(random.Next(2) == 0 ? "gte" : "lt")}}","value":{{random.Next(20, 70)}} }""",
            6 => """{"key":"joined","type":"person","operator":"is_date_before","value":"2026-06-01"}""",
            7 => """{"key":"is_admin","type":"person","operator":"exact","value":["true"]}""",
            8 => """{"key":"country","type":"person","operator":"is_set","value":"is_set"}""",
            9 => $$"""{"key":"id","type":"cohort","operator":"in","value":{{cohort}} }""",
            10 when others.Count > 0 => $$"""{"key":"{{others[random.Next(others.Count)]}}","type":"flag","operator":"flag_evaluates_to","value":{{(random.Next(3) == 0 ? "false" : "true")}} }""",
            _ => $$"""{"key":"country","type":"person","operator":"exact","value":["{{Countries[random.Next(4)]}}","{{Countries[random.Next(4)]}}"]}""",
        };
    }

    static object Person(Random random, int number) => new
    {
        id = $"person-{number}",
        person = new
        {
            plan = Plans[random.Next(3)],
            country = Countries[random.Next(4)],
            email = $"p{number}@{(random.Next(2) == 0 ? "burrow" : "den")}.test",
            age = random.Next(18, 80),
            joined = $"2026-{random.Next(1, 12):00}-15",
            is_admin = random.Next(2) == 0,
        },
        groups = new { company = $"company-{random.Next(9)}" },
        groupProperties = new { company = new { size = random.Next(100) } },
    };

    static async Task<JsonDocument> TellAsync(Running running, string token, string apiKey, List<object> people)
    {
        var folder = Directory.CreateTempSubdirectory("prickle-node-flags-").FullName;
        try
        {
            var (asked, told) = (Path.Combine(folder, "people.json"), Path.Combine(folder, "told.json"));
            await File.WriteAllBytesAsync(asked, JsonSerializer.SerializeToUtf8Bytes(people));
            await CustomerProgram.RunAsync(
                "node", Path.Combine(Repository.Root, "tests", "Prickle.EndToEnd", "Sdks", "node-flags.mjs"),
                running.Process.Address.GetLeftPart(UriPartial.Authority), token, apiKey, asked, told);
            return JsonDocument.Parse(await File.ReadAllBytesAsync(told));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
