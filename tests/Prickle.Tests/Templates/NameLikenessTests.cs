using Prickle.Templates.Suggesting;

namespace Prickle.Tests.Templates;

public sealed class NameLikenessTests
{
    [Theory]
    [InlineData("signed_up", "Sign up")]
    [InlineData("userSignedUp", "signed up")]
    [InlineData("signup", "sign_up")]
    [InlineData("Order Completed", "order-completed")]
    public void The_same_words_in_another_spelling_are_alike(string one, string other) => NameLikeness.Of(one, other).ShouldBe(1);

    // Two words each, one in common: 2 x 1 / 4.
    [Fact]
    public void Half_the_words_in_common_are_half_alike() => NameLikeness.Of("invoice paid", "invoice sent").ShouldBe(0.5);

    [Theory]
    [InlineData("weather_checked", "sign up")]
    [InlineData("", "sign up")]
    public void Nothing_in_common_is_nothing(string one, string other) => NameLikeness.Of(one, other).ShouldBe(0);
}
