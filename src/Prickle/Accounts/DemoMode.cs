namespace Prickle.Accounts;

/// <summary>Registered in demo mode only: the sign-in page then offers the demo account with one click, on this machine.</summary>
public sealed record DemoMode(string Email);
