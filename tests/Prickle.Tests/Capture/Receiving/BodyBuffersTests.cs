using Prickle.Capture.Receiving;

namespace Prickle.Tests.Capture.Receiving;

public sealed class BodyBuffersTests
{
    [Theory]
    [InlineData(0, 4096)]
    [InlineData(4096, 4096)]
    [InlineData(4097, 5120)]
    [InlineData(5120, 5120)]
    [InlineData(65_536, 65_536)]
    [InlineData(65_537, 81_920)]
    [InlineData(98_305, 114_688)]
    [InlineData(20 * 1024 * 1024, 20 * 1024 * 1024)]
    public void Four_sizes_lie_between_a_power_of_two_and_the_next(int length, int size) =>
        BodyBuffers.SizeFor(length).ShouldBe(size);

    [Fact]
    public void A_buffer_that_was_given_back_is_given_again()
    {
        // A size that no body in another test has.
        var buffer = BodyBuffers.Rent(9 * 1024 * 1024);
        buffer.Length.ShouldBe(10 * 1024 * 1024);
        BodyBuffers.Return(buffer);
        BodyBuffers.Rent(9 * 1024 * 1024).ShouldBeSameAs(buffer);
    }
}
