namespace Prickle.Rendering;

/// <summary>Texts with places for values: Liquid, for messages that leave and messages in pages.</summary>
public static class RenderingModule
{
    public static IServiceCollection AddRendering(this IServiceCollection services) => services.AddSingleton<TemplateRenderer>();
}
