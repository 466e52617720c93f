/// What a line must hold to be worth reading: the byte strings that the catalogue's messages share.
///
/// A log of 100 GB may have 40 livepatch lines; a scanner looks for these and skips the rest.
public enum Needles {
    /// Enough to find every line of the catalogue that this project draws conclusions from.
    /// `patch` covers `livepatch:`, `kpatch:`, `pre_patch` and `unpatch`; `klp` the kernel's test modules and calls
    /// of `klp_shadow_...`.
    public static let all = [
        "patch", "klp", "Linux version ", "===== TEST: ", "% insmod", "% rmmod", "% modprobe", "% echo",
        "insmod: ERROR", "rmmod: ERROR", "modprobe: ERROR", "# insmod", "# rmmod", "# modprobe", "# echo",
        "Kernel panic", "BUG: ", "Oops: ", "Unable to handle kernel", "general protection fault",
        "CFI failure at", "WARNING: ", "hard LOCKUP", "INFO: rcu_", "INFO: task ", "Duplicate shadow",
        "shadow_ctor: ", "shadow_dtor(", "  got expected ", "kgr: ", "_callback: state ", "_dtor: freeing ",
    ]

    /// These and what a manifest's own lines begin with.
    public static func including(_ manifest: Manifest) -> [String] {
        let own = manifest.callbackLines.values.joined().compactMap(longestLiteral)
        let modules = manifest.modules.flatMap { [$0.initLine, $0.exitLine].compactMap { $0 } }
        let states = manifest.stateLines.map(\.key)
        return Array(Set(all + own + modules + states + manifest.outputLines)).sorted()
    }

    private static func longestLiteral(_ template: String) -> String? {
        Template(template).pieces
            .compactMap { piece in
                if case .literal(let bytes) = piece { String(decoding: bytes, as: UTF8.self) } else { nil }
            }
            .filter { $0.utf8.count >= 3 }
            .max { $0.utf8.count < $1.utf8.count }
    }
}
