using Jint;
using Jint.Runtime.Modules;

namespace Prickle.Pictures.Charts;

/// <summary>Finds the modules of the drawing in the assembly: nothing else can be imported.</summary>
sealed class ChartModules : IModuleLoader
{
    static readonly Uri Root = new("picture:///");

    public ResolvedSpecifier Resolve(string? referencingModuleLocation, ModuleRequest moduleRequest)
    {
        var from = referencingModuleLocation is not null && moduleRequest.Specifier.StartsWith('.') ? new Uri(referencingModuleLocation) : Root;
        var address = new Uri(from, moduleRequest.Specifier);
        return new(moduleRequest, address.AbsoluteUri, address, SpecifierType.RelativeOrAbsolute);
    }

    public Module LoadModule(Engine engine, ResolvedSpecifier resolved) =>
        ModuleFactory.BuildSourceTextModule(engine, resolved, Resources.Text(resolved.Uri!.AbsolutePath.TrimStart('/')));
}
