namespace Prickle.Mail;

/// <summary>Mail that the product sends, by the operator's mail server.</summary>
public static class MailModule
{
    public static IServiceCollection AddMail(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MailOptions>().Bind(configuration.GetSection("Mail")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Mailer>();
        return services;
    }
}
