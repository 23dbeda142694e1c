using Prickle.Flags;
using static Prickle.Tests.Flags.FlagMaking;

namespace Prickle.Tests.Flags;

/// <summary>Every operator with the values that it takes, and what a missing property is to it on the server.</summary>
public sealed class FlagOperatorTests
{
    [Theory]
    // Text equality without regard to case; any of a list.
    [InlineData("exact", "\"Pro\"", "\"pro\"", true)]
    [InlineData("exact", "\"pro\"", "\"basic\"", false)]
    [InlineData("exact", "[\"pro\",\"team\"]", "\"TEAM\"", true)]
    [InlineData("exact", "[\"pro\",\"team\"]", "\"free\"", false)]
    [InlineData("exact", "5", "\"5\"", true)]
    [InlineData("exact", "\"5\"", "5", true)]
    // Booleans, their texts and lists of one of them are all the same.
    [InlineData("exact", "true", "\"true\"", true)]
    [InlineData("exact", "\"true\"", "true", true)]
    [InlineData("exact", "[\"true\"]", "true", true)]
    [InlineData("exact", "[true]", "\"true\"", true)]
    [InlineData("exact", "\"false\"", "false", true)]
    [InlineData("exact", "\"true\"", "false", false)]
    [InlineData("exact", "\"pro\"", null, false)]
    [InlineData("exact", "\"pro\"", "null", false)]
    [InlineData("is_not", "\"pro\"", "\"PRO\"", false)]
    [InlineData("is_not", "[\"pro\",\"team\"]", "\"free\"", true)]
    [InlineData("is_not", "\"pro\"", null, true)]
    [InlineData("is_not", "\"pro\"", "null", true)]
    // Presence: a null is there.
    [InlineData("is_set", "\"is_set\"", "\"x\"", true)]
    [InlineData("is_set", "\"is_set\"", "null", true)]
    [InlineData("is_set", "\"is_set\"", null, false)]
    [InlineData("is_not_set", "\"is_not_set\"", "\"x\"", false)]
    [InlineData("is_not_set", "\"is_not_set\"", "null", false)]
    [InlineData("is_not_set", "\"is_not_set\"", null, true)]
    [InlineData("icontains", "\"BURROW\"", "\"a@burrow.test\"", true)]
    [InlineData("icontains", "\"burrow\"", "\"a@den.test\"", false)]
    [InlineData("icontains", "\"2\"", "123", true)]
    [InlineData("icontains", "\"burrow\"", null, false)]
    [InlineData("not_icontains", "\"burrow\"", "\"a@BURROW.test\"", false)]
    [InlineData("not_icontains", "\"burrow\"", null, true)]
    [InlineData("starts_with", "\"AB\"", "\"abc\"", true)]
    [InlineData("starts_with", "\"bc\"", "\"abc\"", false)]
    [InlineData("starts_with", "\"ab\"", null, false)]
    [InlineData("not_starts_with", "\"ab\"", "\"abc\"", false)]
    [InlineData("not_starts_with", "\"ab\"", null, true)]
    [InlineData("ends_with", "\"BC\"", "\"abc\"", true)]
    [InlineData("ends_with", "\"ab\"", "\"abc\"", false)]
    [InlineData("ends_with", "\"bc\"", null, false)]
    [InlineData("not_ends_with", "\"bc\"", "\"abc\"", false)]
    [InlineData("not_ends_with", "\"bc\"", null, true)]
    // Unanchored; one that cannot be read matches nothing, turned round or not.
    [InlineData("regex", "\"b.$\"", "\"abc\"", true)]
    [InlineData("regex", "\"^b\"", "\"abc\"", false)]
    [InlineData("regex", "\"b\"", null, false)]
    [InlineData("regex", "\"(\"", "\"(\"", false)]
    [InlineData("not_regex", "\"^b\"", "\"abc\"", true)]
    [InlineData("not_regex", "\"b\"", null, true)]
    [InlineData("not_regex", "\"(\"", "\"abc\"", false)]
    // Numbers only: no falling back to text.
    [InlineData("gt", "5", "6", true)]
    [InlineData("gt", "5", "5", false)]
    [InlineData("gt", "\"5\"", "\"10\"", true)]
    [InlineData("gt", "5", "\"many\"", false)]
    [InlineData("gt", "5", null, false)]
    [InlineData("gte", "5", "5", true)]
    [InlineData("gte", "5", "4.9", false)]
    [InlineData("gte", "5", null, false)]
    [InlineData("lt", "5", "4.9", true)]
    [InlineData("lt", "5", "5", false)]
    [InlineData("lt", "5", null, false)]
    [InlineData("lte", "5", "5", true)]
    [InlineData("lte", "5", "5.1", false)]
    [InlineData("lte", "5", null, false)]
    // Now is noon of 15 June 2026.
    [InlineData("is_date_before", "\"2026-01-01\"", "\"2025-12-31T23:59:59Z\"", true)]
    [InlineData("is_date_before", "\"2026-01-01\"", "\"2026-01-01T00:00:00Z\"", false)]
    [InlineData("is_date_before", "\"-7d\"", "\"2026-06-08T11:59:59Z\"", true)]
    [InlineData("is_date_before", "\"-7d\"", "\"2026-06-08T12:00:01Z\"", false)]
    [InlineData("is_date_before", "\"7d\"", "\"2026-06-08T11:59:59Z\"", true)]
    [InlineData("is_date_before", "\"2026-01-01\"", "\"never\"", false)]
    [InlineData("is_date_before", "\"2026-01-01\"", null, false)]
    [InlineData("is_date_after", "\"-1h\"", "\"2026-06-15T11:00:01Z\"", true)]
    [InlineData("is_date_after", "\"-1h\"", "\"2026-06-15T10:59:59Z\"", false)]
    [InlineData("is_date_after", "\"-2w\"", "\"2026-06-02\"", true)]
    [InlineData("is_date_after", "\"-1m\"", "\"2026-05-16\"", true)]
    [InlineData("is_date_after", "\"-1y\"", "\"2025-06-14\"", false)]
    [InlineData("is_date_after", "\"soon\"", "\"2026-06-14\"", false)]
    [InlineData("is_date_after", "\"2026-01-01\"", null, false)]
    [InlineData("is_date_exact", "\"2026-06-01\"", "\"2026-06-01\"", true)]
    [InlineData("is_date_exact", "\"2026-06-01\"", "\"2026-06-02\"", false)]
    [InlineData("is_date_exact", "\"2026-06-01\"", null, false)]
    [InlineData("semver_eq", "\"1.2.3\"", "\"v1.2.3-beta\"", true)]
    [InlineData("semver_neq", "\"1.2.3\"", "\"1.2.4\"", true)]
    [InlineData("semver_neq", "\"1.2.3\"", "\"banana\"", false)]
    [InlineData("semver_neq", "\"1.2.3\"", null, true)]
    [InlineData("semver_gt", "\"1.2.3\"", "\"1.10.0\"", true)]
    [InlineData("semver_gt", "\"1.2.3\"", "\"1.2.3\"", false)]
    [InlineData("semver_gte", "\"1.2.3\"", "\"1.2.3\"", true)]
    [InlineData("semver_lt", "\"1.2.3\"", "\"1.2.2\"", true)]
    [InlineData("semver_lte", "\"1.2.3\"", "\"1.2.4\"", false)]
    [InlineData("semver_tilde", "\"1.2.3\"", "\"1.2.9\"", true)]
    [InlineData("semver_tilde", "\"1.2.3\"", "\"1.3.0\"", false)]
    [InlineData("semver_caret", "\"1.2.3\"", "\"1.9.0\"", true)]
    [InlineData("semver_caret", "\"1.2.3\"", "\"2.0.0\"", false)]
    [InlineData("semver_wildcard", "\"1.2.*\"", "\"1.2.7\"", true)]
    [InlineData("semver_wildcard", "\"1.2.*\"", "\"1.3.0\"", false)]
    [InlineData("semver_gt", "\"1.2.3\"", "\"banana\"", false)]
    [InlineData("semver_gt", "\"1.2.3\"", null, false)]
    public void An_operator_fits_as_the_field_says(string name, string value, string? property, bool fits)
    {
        var flag = Flag("f", When($$"""{"key":"p","type":"person","operator":"{{name}}","value":{{value}}}"""));
        var person = property is null ? "{}" : $$"""{"p":{{property}}}""";
        var answer = Evaluate(flag, Subject("somebody", person));
        answer.Error.ShouldBeNull();
        answer.IsEnabled.ShouldBe(fits);
        answer.Reason.ShouldBe(fits ? FlagReason.ConditionMatch : FlagReason.NoConditionMatch);
    }

    [Fact]
    public void Without_an_operator_equality_is_meant() =>
        Evaluate(Flag("f", When("""{"key":"plan","type":"person","value":"pro"}""")), Subject("a", """{"plan":"PRO"}""")).IsEnabled.ShouldBeTrue();

    [Fact]
    public void A_negated_condition_is_the_opposite() =>
        Evaluate(Flag("f", When("""{"key":"plan","type":"person","value":"pro","negation":true}""")), Subject("a", """{"plan":"PRO"}""")).IsEnabled.ShouldBeFalse();

    [Fact]
    public void What_a_request_says_lies_over_what_is_stored()
    {
        var flag = Flag("f", When("""{"key":"plan","type":"person","value":"pro"}"""));
        var stored = System.Text.Json.JsonElement.Parse("""{"plan":"pro","age":3}""");
        Evaluate(flag, Subject("a") with { Person = new FlagProperties(default, stored) }).IsEnabled.ShouldBeTrue();
        Evaluate(flag, Subject("a") with { Person = new FlagProperties(System.Text.Json.JsonElement.Parse("""{"plan":"free"}"""), stored) }).IsEnabled.ShouldBeFalse();
    }
}
