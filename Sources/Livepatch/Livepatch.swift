/// # Livepatch
///
/// The vocabulary of the kernel's livepatch subsystem and the catalogue of everything it prints.
///
/// A line is recognised into an `Event`; an `Event` prints as a line; both come from one description in the catalogue:
///
///     let event = Recogniser().recognise("livepatch: 'x': starting patching transition")
///     // Event(.starting, patch: "x", direction: .patching)
///     event.flatMap { Catalogue.print($0, for: .linux55) }
///     // "livepatch: 'x': starting patching transition"
///
/// Names are the kernel's: a *patch* is a livepatch module (struct klp_patch), an *object* is what it patches
/// (struct klp_object: `vmlinux` or a module), a *callback* one of the four functions an object may define.
///
/// This module knows nothing of files, clocks or terminals, and imports nothing.
