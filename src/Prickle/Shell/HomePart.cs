using Prickle.Accounts;

namespace Prickle.Shell;

/// <summary>
/// A part of a project's home. Each module registers its own with <see cref="ShellModule.AddHomePart{TPart}"/>, so the
/// home knows no module but its own. The component gets the project's id as <c>ProjectId</c>.
/// </summary>
/// <param name="Needs">Shown to those who may read this.</param>
public sealed record HomePart(Type Component, Resource Needs);
