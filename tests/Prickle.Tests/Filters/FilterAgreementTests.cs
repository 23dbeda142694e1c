using System.Text.Json;
using CsCheck;
using Prickle.Filters;
using Prickle.Tests.Events;

namespace Prickle.Tests.Filters;

/// <summary>Random properties and random filters: the store and the memory must find the same, whatever that is.</summary>
public sealed class FilterAgreementTests(EventStore store) : IClassFixture<EventStore>
{
    const int Subjects = 60;
    const int FiltersOfARound = 25;
    const int Rounds = 12;

    static readonly string[] Keys = ["plan", "a.b", "quo`te\\\"'", "ключ", "x:y", "$n"];

    static readonly string[] Scalars =
    [
        "\"pro\"", "\"PRO\"", "\"\"", "\" pro \"", "\"10\"", "\"10.5\"", "\"-3\"", "\"1e3\"", "\"+7\"", "\".5\"", "\"inf\"", "\"nan\"", "\"0x10\"", "\"1,5\"",
        "10", "10.0", "0", "-0", "-0.0", "7.25", "1e21", "1e-7", "123456.789", "9007199254740993", "0.1", "1000000000000",
        "true", "false", "\"true\"", "\"False\"", "null",
        "\"2026-01-15\"", "\"2026-02-30\"", "\"2026-01-15T10:20\"", "\"2026-01-15T10:20:30.123456Z\"", "\"2026-01-15 10:20:30+0230\"", "\"1768435200\"", "1768435200", "1768435200123",
        "\"straße\"", "\"STRASSE\"", "\"ПРО\"", "\"про\"", "\"日本語😀\"", "\"ΟΔΟΣ\"", "\"İ\"", "\"a\\nb\"", "\"a\\\\b\"", "\"it's\"",
        "\"1.2.3\"", "\"v1.2\"", "\"1.2.3-beta.1\"", "\"2\"", "\"1.x\"", "\"/orders/17?x=1\"", "\"https://a.test/orders/9/\"",
        "{}", "{\"x\":1}", "{\"x\":null}", "{\"x\":{\"y\":[]}}",
    ];

    static readonly string[] Chains =
    [
        "", "button:text=\"pro\"nth-child=\"1\"", "a.x:attr__href=\"/pro\"href=\"/pro\"text=\"PRO; go\";div:nth-child=\"2\"",
        "svg.md:w-4:attr__xlink:href=\"10\"text=\"o\";a:href=\"\"", "span:text=\"say \\\"pro\\\"\";p",
    ];

    static readonly string[] Values =
    [
        "pro", "PRO", "", "o", " ", "10", "10.5", "0", "-3", "7.25", "1000", "true", "false", "straße", "про", "日本", "😀", "οδος", "i̇", "'", "\\", "a\nb", "null", "[", "{",
    ];

    static readonly string[] Patterns = ["^p", "o$", ".", "^.$", "(?i)PRO", "\\d+", "^\\W", "[^a-z]", "\\bpro\\b", "a.b", "^$", "(", "p{2,1}", "(?=a)", "[а-я]+", "^..$", "1\\.2"];

    static readonly Gen<string> Key = OneOf(Keys);

    static readonly Gen<string> Scalar = OneOf(Scalars);

    static readonly Gen<string> Value = Gen.Frequency((5, Scalar), (1, Scalar.Array[0, 3].Select(items => $"[{string.Join(',', items)}]")));

    static readonly Gen<string> Properties = Gen.Select(Key, Value).Array[0, 5].Select(pairs =>
        $"{{{string.Join(',', pairs.DistinctBy(pair => pair.Item1).Select(pair => $"{JsonSerializer.Serialize(pair.Item1)}:{pair.Item2}"))}}}");

    static readonly Gen<PropertyFilter> Leaf =
        from type in Gen.Frequency((6, Gen.Const("event")), (2, Gen.Const("person")), (1, Gen.Const("group")), (1, Gen.Const("cohort")), (1, Gen.Const("session")), (1, Gen.Const("element")))
        from key in Key
        from operatorIndex in Gen.Int[0, FilterOperator.All.Count - 1]
        from texts in OneOf(Values).Array[1, 3]
        from pattern in OneOf(Patterns)
        from number in OneOf(["0", "10", "7.25", "-1", "abc", "1768435200"])
        from date in OneOf(["2026-01-15", "2026-01-15T10:20:30.123456Z", "-7d", "-1h", "1y", "soon"])
        from version in OneOf(["1.2.3", "1.2", "2", "1.*", "v1", "bad"])
        select Build(type, key, FilterOperator.All[operatorIndex], texts, pattern, number, date, version);

    static readonly Gen<Filter> Tree =
        from shape in Gen.Int[0, 3]
        from leaves in Leaf.Array[1, 4]
        from isOr in Gen.Bool
        select shape switch
        {
            0 => (Filter)leaves[0],
            1 => new FilterGroup(isOr ? FilterJoin.Or : FilterJoin.And, leaves),
            _ => new FilterGroup(isOr ? FilterJoin.Or : FilterJoin.And, [leaves[0], new FilterGroup(isOr ? FilterJoin.And : FilterJoin.Or, [.. leaves.Skip(1)])]),
        };

    static readonly Gen<(string Event, string? Person, string? Group, int? Session, bool IsInCohort, int Chain)> Subject =
        from properties in Properties
        from person in Properties
        from hasPerson in Gen.Bool
        from groups in Properties
        from hasGroup in Gen.Bool
        from session in Gen.Int[0, 120]
        from hasSession in Gen.Bool
        from isInCohort in Gen.Bool
        from chain in Gen.Int[0, Chains.Length - 1]
        select (properties, hasPerson ? person : null, hasGroup ? groups : null, hasSession ? (int?)session : null, isInCohort, chain);

    [Fact]
    public async Task The_store_and_the_memory_agree_on_random_filters()
    {
        var project = 50;
        await Gen.Select(Subject.Array[Subjects, Subjects], Tree.Array[FiltersOfARound, FiltersOfARound]).SampleAsync(
            async (subjects, filters) =>
            {
                var table = new FilterTable(store, Interlocked.Increment(ref project));
                for (var index = 0; index < subjects.Length; index++)
                {
                    var subject = subjects[index];
                    table.Add($"s{index:00}", subject.Event, subject.Person, subject.Group, subject.Session, Chains[subject.Chain], subject.IsInCohort ? [1] : null);
                }
                await table.StoreAsync();
                var stored = await table.StoredAsync(filters);
                for (var index = 0; index < filters.Length; index++)
                {
                    var inMemory = table.InMemory(filters[index]);
                    if (!stored[index].SequenceEqual(inMemory))
                    {
                        var differing = stored[index].Except(inMemory).Concat(inMemory.Except(stored[index])).First();
                        var odd = subjects[int.Parse(differing[1..], null)];
                        throw new ShouldAssertException(
                            $"{FilterWords.Of(filters[index])} {JsonSerializer.Serialize(new[] { filters[index] as object })}\nstored {stored[index].Contains(differing)}, in memory {inMemory.Contains(differing)}:\n{odd}");
                    }
                }
            },
            iter: Rounds, threads: 1);
    }

    [Fact]
    public async Task Among_numbers_true_is_one_and_among_texts_it_is_true()
    {
        var table = new FilterTable(store, 49);
        string[] lists = ["[10.0,true,0.1]", "[10,true]", "[true,false]", "[\"x\",true,1]", "[null,false,2.5]", "[true,null]", "[0.5,\"inf\",0.5]", "[9007199254740993,true]"];
        for (var index = 0; index < lists.Length; index++)
        {
            table.Add($"s{index:00}", $"{{\"plan\":{lists[index]}}}", null, null, null, "", null);
        }
        await table.StoreAsync();
        PropertyFilter Is(string text) => new("plan", "exact", [text]);
        var filters = new Filter[] { Is("1"), Is("0"), Is("true"), Is("false") };
        var stored = await table.StoredAsync(filters);
        string[][] expected = [["s00", "s01", "s03", "s07"], [], ["s02", "s03", "s05"], ["s02", "s04"]];
        for (var index = 0; index < filters.Length; index++)
        {
            stored[index].ShouldBe(expected[index], $"stored, {index}");
            table.InMemory(filters[index]).ShouldBe(expected[index], $"in memory, {index}");
        }
    }

    static Gen<string> OneOf(string[] choices) => Gen.Int[0, choices.Length - 1].Select(index => choices[index]);

    static PropertyFilter Build(
        string type, string key, FilterOperator chosen, string[] texts, string pattern, string number, string date, string version)
    {
        if (type == "cohort")
        {
            return new PropertyFilter("id", texts.Length % 2 == 0 ? "in" : "not_in", ["1"], type);
        }
        string[] values = !chosen.TakesValue ? []
            : chosen.Name is "regex" or "not_regex" ? [pattern]
            : chosen.TakesTwo ? [number, "1000"]
            : chosen.Suits switch { "Numeric" => [number], "DateTime" => [date], "Version" => [version], _ => texts };
        return type switch
        {
            "session" => new PropertyFilter("$session_duration", chosen.Name, values, type),
            "element" => new PropertyFilter(new[] { "text", "tag_name", "href" }[texts.Length % 3], chosen.Name, values, type),
            "group" => new PropertyFilter(key, chosen.Name, values, type) { GroupTypeIndex = 0 },
            _ => new PropertyFilter(key, chosen.Name, values, type),
        };
    }
}
