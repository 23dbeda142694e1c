using System.Buffers.Binary;
using System.Security.Cryptography;
using Prickle.Flags.Evaluation;

namespace Prickle.Tests.Flags;

/// <summary>The vectors that every SDK agrees on.</summary>
public sealed class FlagHashTests
{
    [Theory]
    [InlineData("beta-feature", "user-1", "", 0.7264912549260886)]
    [InlineData("beta-feature", "user-1", "variant", 0.14578218334266493)]
    [InlineData("simple-flag", "distinct_id_0", "", 0.7836963764220432)]
    [InlineData("simple-flag", "distinct_id_1", "", 0.3397069926995401)]
    [InlineData("multivariate-flag", "distinct_id_0", "variant", 0.6186454537930379)]
    [InlineData("bêta", "üser", "", 0.3541124582584458)]
    public void A_hash_is_what_SDKs_make_of_the_same_names(string key, string identifier, string salt, double expected) =>
        FlagHash.Of(key, identifier, salt).ShouldBe(expected);

    [Theory]
    [InlineData("P1", "", 0.840329)]
    [InlineData("P2", "", 0.128878)]
    [InlineData("P3", "", 0.404535)]
    [InlineData("P1", "variant", 0.491845)]
    public void The_golden_values_of_new_nav_hold(string identifier, string salt, double expected) =>
        FlagHash.Of("new-nav", identifier, salt).ShouldBe(expected, 0.0000005);

    // By hand: SHA-1 of "beta-feature.user-1" begins with b9fb54b4bcd0054, which is 0xb9fb54b4bcd0054 of 2^60.
    [Fact]
    public void A_hash_is_the_first_fifteen_hexadecimal_digits() =>
        FlagHash.Of("beta-feature", "user-1", "").ShouldBe(0xb9fb54b4bcd0054 / Math.Pow(2, 60));

    // Longer than what is kept on the stack; the same text split elsewhere has the same hash.
    [Fact]
    public void A_long_identifier_is_hashed_whole() =>
        FlagHash.Of("k", new string('a', 5000) + "b", "").ShouldBe(FlagHash.Of("k", new string('a', 5000), "b"));

    // Around the ends of blocks of 64 bytes, where what ends a text needs a block of its own.
    [Fact]
    public void The_short_hash_is_that_of_the_platform_for_texts_of_any_length()
    {
        var text = Enumerable.Range(0, 300).Select(index => (byte)(index * 37)).ToArray();
        for (var length = 0; length <= text.Length; length++)
        {
#pragma warning disable CA5350 // What it is compared with.
            ShortSha1.First64(text.AsSpan(0, length)).ShouldBe(BinaryPrimitives.ReadUInt64BigEndian(SHA1.HashData(text.AsSpan(0, length))), $"{length} bytes");
#pragma warning restore CA5350
        }
    }
}
