namespace Prickle.Capture.Receiving;

/// <summary>What became of a body.</summary>
abstract record DecodeOutcome
{
    DecodeOutcome() { }

    /// <summary>JSON text that can be parsed, valid UTF-8.</summary>
    public sealed record Decoded(ReadOnlyMemory<byte> Json) : DecodeOutcome
    {
        /// <summary>The buffer of <see cref="BodyBuffers"/> in which the text lies, for whoever is last to need it; null when in none.</summary>
        public byte[]? Rented { get; init; }

        /// <summary>For who does not need the text any more and has handed it to nobody.</summary>
        public void GiveBack()
        {
            if (Rented is not null)
            {
                BodyBuffers.Return(Rented);
            }
        }
    }

    /// <summary>It cannot be read: a 400 with this sentence.</summary>
    public sealed record Unreadable(string Why) : DecodeOutcome;

    /// <summary>It is larger than allowed once unpacked: a 413.</summary>
    public sealed record TooLarge(int Limit) : DecodeOutcome;
}
