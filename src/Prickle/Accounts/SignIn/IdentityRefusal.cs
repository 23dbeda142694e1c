using Microsoft.AspNetCore.Identity;

namespace Prickle.Accounts.SignIn;

/// <summary>Identity's refusals in the product's terms.</summary>
static class IdentityRefusal
{
    public static Refusal Of(IdentityResult result)
    {
        var error = result.Errors.First();
        return error.Code switch
        {
            nameof(IdentityErrorDescriber.DuplicateEmail) or nameof(IdentityErrorDescriber.DuplicateUserName) =>
                new Refusal(RefusalReason.AlreadyExists, "There is an account with this e-mail address. Sign in with it.", "email"),
            nameof(IdentityErrorDescriber.InvalidEmail) or nameof(IdentityErrorDescriber.InvalidUserName) =>
                Refusal.Invalid("email", "This is not an e-mail address."),
            nameof(IdentityErrorDescriber.PasswordMismatch) =>
                new Refusal(RefusalReason.WrongPassword, "The present password is not right.", "current_password"),
            _ => Refusal.Invalid("password", error.Description),
        };
    }
}
