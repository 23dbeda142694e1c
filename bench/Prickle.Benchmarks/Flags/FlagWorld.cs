using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Prickle.Benchmarks.Processes;

namespace Prickle.Benchmarks.Flags;

/// <summary>Ten thousand people, a hundred companies and fifty flags of all kinds, made by way of the API.</summary>
sealed class FlagWorld(HttpClient http, Product product)
{
    public const int People = 10_000;
    public const int Companies = 100;

    static readonly string[] Plans = ["free", "pro", "team", "enterprise"];
    static readonly string[] Countries = ["GB", "US", "DE", "NL", "FR"];

    /// <summary>What is known of a person: all that any flag asks for.</summary>
    public static object PropertiesOf(int person) => new
    {
        email = $"person-{person}@shop.test",
        plan = Plans[person % Plans.Length],
        country = Countries[person % Countries.Length],
        app_version = string.Create(CultureInfo.InvariantCulture, $"{1 + (person % 3)}.{person % 10}.0"),
        seats = person % 50,
        signed_up = $"2026-0{1 + (person % 9)}-01",
    };

    public static object CompanyProperties(int company) => new { industry = company % 2 == 0 ? "retail" : "health", employees = company * 10 };

    public async Task FillAsync(CancellationToken cancellationToken)
    {
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", product.PersonalApiKey);
        await EndDemoPreviewsAsync(cancellationToken);
        await CaptureAsync(Enumerable.Range(0, Companies).Select(company => Event("$groupidentify", $"$company_company-{company}", new Dictionary<string, object>
        {
            ["$group_type"] = "company",
            ["$group_key"] = $"company-{company}",
            ["$group_set"] = CompanyProperties(company),
        })), cancellationToken);
        await CaptureAsync(Enumerable.Range(0, People).Select(person => Event("$identify", $"person-{person}", new Dictionary<string, object>
        {
            ["$set"] = PropertiesOf(person),
        })), cancellationToken);
        // Every second one did something.
        await CaptureAsync(Enumerable.Range(0, People / 2).Select(number => Event("checked_out", $"person-{number * 2}", [])), cancellationToken);
        var (customers, buyers) = (await CohortAsync("Customers", PlanIs("pro"), cancellationToken), await CohortAsync("Buyers", Did("checked_out"), cancellationToken));
        await CountedAsync(buyers, People / 2, cancellationToken);
        foreach (var flag in Flags(customers, buyers))
        {
            await PostAsync("feature_flags", flag, cancellationToken);
        }
    }

    /// <summary>Fifty. Those for pages alone stand on what people did, or on who they were before signing in.</summary>
    static IEnumerable<object> Flags(int customers, int buyers) =>
    [
        .. Numbered(20, number => Flag($"roll-out-{number}", new { groups = new[] { new { rollout_percentage = 5 * number } } })),
        .. Numbered(10, number => Flag($"property-{number}", new { groups = new object[] { new { properties = new[] { Condition(number) }, rollout_percentage = 100 }, new { rollout_percentage = 10 } } })),
        .. Numbered(6, number => Flag($"variants-{number}", Variants)),
        .. Numbered(4, number => Flag($"company-{number}", new
        {
            aggregation_group_type_index = 0,
            groups = new[] { new { properties = new[] { new { key = "industry", type = "group", group_type_index = 0, value = Retail } }, rollout_percentage = 75 } },
        })),
        .. Numbered(3, number => Flag($"customers-{number}", InCohort(customers))),
        .. Numbered(2, number => Flag($"buyers-{number}", InCohort(buyers), "client")),
        .. Numbered(3, number => Flag($"depends-{number}", new
        {
            groups = new[] { new { properties = new[] { new { key = $"roll-out-{10 + number}", type = "flag", @operator = "flag_evaluates_to", value = true } } } },
        })),
        .. Numbered(2, number => Flag($"continuous-{number}", new { groups = new[] { new { rollout_percentage = 50 } } }, "client", isContinuous: true)),
    ];

    static IEnumerable<object> Numbered(int count, Func<int, object> make) => Enumerable.Range(0, count).Select(make);

    static object Flag(string key, object filters, string runtime = "all", bool isContinuous = false) =>
        new { key, filters, evaluation_runtime = runtime, ensure_experience_continuity = isContinuous };

    static object Condition(int number) => (number % 5) switch
    {
        0 => new { key = "plan", type = "person", @operator = "exact", value = (object)new[] { "pro", "team" } },
        1 => new { key = "country", type = "person", @operator = "is_not", value = (object)new[] { "US" } },
        2 => new { key = "email", type = "person", @operator = "icontains", value = (object)"9@shop" },
        3 => new { key = "seats", type = "person", @operator = "gt", value = (object)10 },
        _ => new { key = "app_version", type = "person", @operator = "semver_gte", value = (object)"2.3.0" },
    };

    static object Variants => new
    {
        groups = new[] { new { rollout_percentage = 90 } },
        multivariate = new
        {
            variants = new[] { new { key = "control", rollout_percentage = 34 }, new { key = "shorter", rollout_percentage = 33 }, new { key = "longer", rollout_percentage = 33 } },
        },
        payloads = new { shorter = """{"title":"Pay now","fields":["card"]}""", longer = """{"title":"Go on","fields":["name","card","address"]}""" },
    };

    static object InCohort(int id) => new { groups = new[] { new { properties = new[] { new { key = "id", type = "cohort", value = id } } } } };

    static object PlanIs(string plan) => new { key = "plan", type = "person", @operator = "exact", value = new[] { plan } };

    static readonly string[] Retail = ["retail"];

    static object Did(string name) => new { key = name, type = "behavioral", value = "performed_event", event_type = "events", time_value = 30, time_interval = "day", negation = false };

    static Dictionary<string, object> Event(string name, string distinctId, Dictionary<string, object> properties) => new()
    {
        ["event"] = name,
        ["distinct_id"] = distinctId,
        ["timestamp"] = DateTimeOffset.UtcNow,
        ["properties"] = properties,
    };

    async Task CaptureAsync(IEnumerable<Dictionary<string, object>> events, CancellationToken cancellationToken)
    {
        foreach (var batch in events.Chunk(200))
        {
            using var reply = await http.PostAsJsonAsync(new Uri(product.Address, "batch/"), new { api_key = product.ProjectToken, batch }, cancellationToken);
            reply.EnsureSuccessStatusCode();
        }
    }

    async Task<int> CohortAsync(string name, object criterion, CancellationToken cancellationToken) => (await PostAsync("cohorts", new
    {
        name,
        filters = new { properties = new { type = "OR", values = new[] { new { type = "AND", values = new[] { criterion } } } } },
    }, cancellationToken)).GetProperty("id").GetInt32();

    /// <summary>Waits until all who belong to a cohort are in it, and so until everything sent before is stored.</summary>
    async Task CountedAsync(int cohort, long count, CancellationToken cancellationToken)
    {
        while ((await http.GetFromJsonAsync<JsonElement>(new Uri(product.Address, $"api/projects/@current/cohorts/{cohort}"), cancellationToken))
            .GetProperty("count") is not { ValueKind: JsonValueKind.Number } counted || counted.GetInt64() < count)
        {
            await PostAsync($"cohorts/{cohort}/recalculate", new { }, cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        }
    }

    // A preview with seats asks who somebody is for every request; what is measured are the flags named below.
    async Task EndDemoPreviewsAsync(CancellationToken cancellationToken)
    {
        var list = new Uri(product.Address, "api/projects/@current/early_access_feature");
        foreach (var preview in (await http.GetFromJsonAsync<JsonElement>(list, cancellationToken)).GetProperty("results").EnumerateArray())
        {
            using var deleted = await http.DeleteAsync(new Uri($"{list}/{preview.GetProperty("id").GetGuid()}"), cancellationToken);
            deleted.EnsureSuccessStatusCode();
        }
    }

    async Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var reply = await http.PostAsJsonAsync(new Uri(product.Address, $"api/projects/@current/{path}"), body, cancellationToken);
        return reply.IsSuccessStatusCode ? await reply.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)
            : throw new InvalidOperationException($"{path}: {(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync(cancellationToken)}");
    }
}
