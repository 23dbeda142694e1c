namespace Prickle.Accounts.Storage;

/// <summary>Longest texts that accounts keep, in characters.</summary>
static class Limits
{
    public const int Name = 200;
    public const int Email = 256;
    public const int TimeZone = 64;
}
