/// The text of a scenario of one livepatch, `fix`, for the kernel's `down_killable`.
public enum SmallScenario {
    /// - Parameters:
    ///   - callbacks: the callbacks that it defines: `pre_patch, post_patch`.
    ///   - steps: the steps, without `steps:`, not indented.
    public static func text(callbacks: String = "", steps: String) -> String {
        """
        summary: A livepatch of one function.
        livepatches:
          - name: fix
            objects:
              - {name: vmlinux, functions: [down_killable], callbacks: [\(callbacks)]}
        steps:
        \(steps)
        """
    }
}
