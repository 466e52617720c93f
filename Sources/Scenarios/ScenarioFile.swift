/// Reads a scenario: a manifest and what is done with it.
///
///     summary: A busy function holds up the transition; disabling the livepatch meanwhile reverses it.
///     generations: [linux-4.15, linux-5.5]     # for which predictions are kept; default: linux-5.5
///     modules:
///       - {name: busy, init: busy_init, exit: busy_exit}
///     livepatches:
///       - name: fix
///         objects:
///           - name: vmlinux
///             callbacks: [pre_patch, post_patch, pre_unpatch, post_unpatch]
///           - name: busy
///             functions: [busy_work]
///     steps:
///       - load: busy
///       - block: busy_work          # a task enters busy_work and sleeps
///       - load: fix                 # so the transition stays pending
///       - disable: fix              # reversed: the task never left the old code, so this completes
///       - unload: fix
///
/// In a scenario everything is known: a livepatch that says nothing of `replace` does not replace, and one that says nothing of
/// `states` has none.
///
/// After each step time passes until every transition that nothing holds up is complete, unless the step says
/// `pending: true`: then the next step follows at once.
public struct ScenarioFile {
    /// The scenario that the text describes.
    ///
    /// - Parameters:
    ///   - yaml: the text: one document, a mapping, without anchors and aliases, of at most `ManifestFile.sizeMaximum` bytes.
    ///   - name: what to call the text in errors: a file's name.
    /// - Throws: `ManifestError`, which names the place and what was expected there.
    public static func read(_ yaml: String, name: String) throws(ManifestError) -> Scenario {
        try YAMLText(text: yaml, name: name, kind: .scenario).read { value throws(Misreading) in
            try ScenarioReader.scenario(value)
        }
    }
}
