import Livepatch
import Yams

/// # Scenarios
///
/// What a person writes down about livepatches, as YAML. This module knows no logs: it turns text into values of
/// `Livepatch`, and says exactly where a text cannot be understood.

/// Reads a manifest: what is known beforehand of the livepatches and target modules that a log speaks of.
///
///     debug_lines: true              # livepatch's debug lines are in the log from its beginning on
///     livepatches:
///       - name: test_klp_callbacks_demo
///         replace: false             # true | false | parameter (a module parameter `replace=1` decides)
///         objects:                   # in the order of klp_patch.objs
///           - name: vmlinux
///             callbacks: [pre_patch, post_patch, pre_unpatch, post_unpatch]
///           - name: test_klp_callbacks_mod       # patched, prints no callbacks
///         states:                    # struct klp_state; `[]` says that there is none
///           - {id: 1, version: 2}
///     modules:                       # the target modules
///       - name: test_klp_callbacks_mod
///         init: test_klp_callbacks_mod_init      # what they print when they come
///         exit: test_klp_callbacks_mod_exit      # and when they go, without the prefix `module: `
///     callback_lines:                # only for livepatches that print otherwise than the kernel's examples
///       pre_patch: ["{patch}: about to patch {object}"]
///
/// Everything may be left out but names. What is left out is not known, and whoever checks a log against the manifest takes
/// it from the log. A livepatch's `objects` are the exception: they are all that it has.
///
/// In a callback line `{patch}` and `{object}` stand for the names, `{moduleState}` for `MODULE_STATE_LIVE` and the like and
/// `{moduleStateRemark}` for the words that the kernel's examples print after it.
public struct ManifestFile {
    /// The largest text that is read, in bytes. The manifest of a kernel with a hundred livepatches has 50,000.
    public static let sizeMaximum = 1 << 20

    /// The manifest that the text describes.
    ///
    /// - Parameters:
    ///   - yaml: the text: one document, a mapping, without anchors and aliases.
    ///   - name: what to call the text in errors: a file's name.
    /// - Throws: `ManifestError`, which names the place and what was expected there.
    public static func read(_ yaml: String, name: String) throws(ManifestError) -> Manifest {
        try YAMLText(text: yaml, name: name, kind: .manifest).read { value throws(Misreading) in
            try ManifestReader.manifest(value)
        }
    }
}
