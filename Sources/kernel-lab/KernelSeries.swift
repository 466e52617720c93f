import Livepatch
import Scenarios

/// A series of Debian kernels: where it is found. Or one kernel that somebody has built.
struct KernelSeries: Sendable {
    /// What the user calls it: `6.1`.
    let name: String
    /// The suites that hold it, without the archive that they are in.
    let suites: [String]
    /// How qemu's emulator has to run it.
    let threads: Threads
    /// True if its modules need the compiler and the C library of its own suite: they are unpacked beside it, and make runs there
    /// under chroot.
    var needsOwnCompiler = false
    /// Why it cannot perform scenarios that force transitions as the engine has it; nil if it can.
    var forceDeviation: String?
    /// Why it does not refuse kprobes as the engine has it; nil if it does.
    var kprobeDeviation: String?

    /// The source tree in which the kernel was built; nil for Debian's.
    var ownTree: String?
    /// What the kernel's livepatch is like.
    var generation = Generation.linux55
    /// What its command line has besides.
    var arguments: [String] = []

    /// A kernel that somebody has built.
    ///
    /// - Parameters:
    ///   - directory: where `make` ran.
    ///   - generation: what its livepatch is like.
    ///   - arguments: words for its command line.
    static func own(_ directory: String, _ generation: Generation, arguments: [String]) -> KernelSeries {
        KernelSeries(
            name: "own", suites: [], threads: .single, ownTree: directory, generation: generation, arguments: arguments)
    }

    enum Threads: String {
        case single
        case multi
    }

    static let all = [
        KernelSeries(
            name: "5.10", suites: ["bullseye", "bullseye-security"], threads: .multi,
            forceDeviation:
                "5.10 keeps the modules of all livepatches once a transition was forced, 6.1 those left behind only"
        ),
        KernelSeries(name: "6.1", suites: ["bookworm", "bookworm-security"], threads: .multi),
        // From 6.12 on they die in static-branch patching under multi-threaded emulation: Oops: int3.
        KernelSeries(name: "6.12", suites: ["bookworm-security", "bookworm-backports", "trixie"], threads: .single),
        KernelSeries(
            name: "7", suites: ["sid"], threads: .single, needsOwnCompiler: true,
            kprobeDeviation:
                "7.2 takes a kprobe with a post handler for a function that a livepatch has, 6.12 refuses it"
        ),
    ]

    /// The series of that name; nil if the lab knows none.
    static func named(_ name: String) -> KernelSeries? { all.first { $0.name == name } }

    /// Why the scenario is not for this series; nil if it is.
    func reason(against scenario: Scenario) -> String? {
        let forces = scenario.steps.contains { if case .force = $0.action { true } else { false } }
        let isRefused = scenario.steps.contains { if case .occupy = $0.action { $0.failure != nil } else { false } }
        if forces, let forceDeviation { return forceDeviation }
        return isRefused ? kprobeDeviation : nil
    }

    /// True for a package of the series: `linux-image-6.1.0-56-amd64`.
    func isImage(_ package: String) -> Bool {
        let prefix = "linux-image-\(name)."
        let flavours = ["cloud", "rt", "dbg", "unsigned"]
        return package.hasPrefix(prefix) && package.hasSuffix("-amd64")
            && !package.split(separator: "-").contains { flavours.contains(String($0)) }
    }
}
