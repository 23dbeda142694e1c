using Prickle.Insights.Trends;

namespace Prickle.Tests.Insights;

public sealed class FormulaTests
{
    // A is 6, B is 4, C is 0.
    static readonly double[] Values = [6, 4, 0];

    [Theory]
    [InlineData("(A+B)/2*100", 500)]
    [InlineData("A - B - 1", 1)]
    [InlineData("A + B * 2", 14)]
    [InlineData("a / b", 1.5)]
    [InlineData("A % B", 2)]
    [InlineData("B ** 2 ** 2", 256)] // from the right: 4 ** 4
    [InlineData("-B ** 2", -16)]
    [InlineData("2 ** -1", 0.5)]
    [InlineData("--A", 6)]
    [InlineData("A / C", 0)]
    [InlineData("A % C", 0)]
    [InlineData("(C - 1) ** 0.5", 0)] // no number
    [InlineData(" 1.5*A ", 9)]
    public void A_formula_has_the_value_that_arithmetic_gives_it(string text, double value) =>
        Formula.Read(text, 3).Match(formula => formula.Evaluate(Values), refusal => throw new InvalidOperationException(refusal.Detail)).ShouldBe(value);

    [Theory]
    [InlineData("sqrt(A)", "there are no functions such as sqrt()")]
    [InlineData("A +", "it ends too early")]
    [InlineData("(A", "a parenthesis is not closed")]
    [InlineData("A B", "'B' is not expected")]
    [InlineData("A & B", "'&' is not expected")]
    [InlineData("1.2.3", "'1.2.3' is no number")]
    [InlineData("users", "'users' is no series")]
    [InlineData("A / D", "names D, and there is no such series")]
    [InlineData("", "1 to 500 characters")]
    [InlineData("A * * B", "'*' is not expected")]
    public void What_is_no_formula_is_refused_in_words(string text, string words) =>
        Formula.Read(text, 3).Match(_ => "", refusal => refusal.Detail).ShouldContain(words);

    [Fact]
    public void Parentheses_beyond_measure_are_refused() =>
        Formula.Read(new string('(', 200) + "A" + new string(')', 200), 1).Match(_ => "", refusal => refusal.Detail).ShouldContain("levels deep");
}
