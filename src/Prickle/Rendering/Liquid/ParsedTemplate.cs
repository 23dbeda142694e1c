using Fluid;

namespace Prickle.Rendering.Liquid;

/// <param name="Template">Null where there is a problem.</param>
/// <param name="IsPlain">Nothing in it is filled in.</param>
sealed record ParsedTemplate(IFluidTemplate? Template, string? Problem, IReadOnlyList<string> Variables, bool IsPlain);
