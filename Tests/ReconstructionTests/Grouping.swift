import KernelLog
import Livepatch
@testable import Reconstruction
import Timeline

/// Observations of a few lines, one message a line. `...` stands for a seam.
func observations(_ text: String) -> [Observation] {
    let recogniser = Recogniser()
    var result: [Observation] = []
    var gap: Gap?
    for (number, line) in text.split(separator: "\n").enumerated() {
        if line == "..." {
            gap = .seam(.ellipsis)
            continue
        }
        guard let event = recogniser.recognise(String(line)) else { continue }
        let record = LogRecord(place: Place(source: 0, line: number + 1, offset: 0), message: String(line))
        result.append(Observation(index: result.count, event: event, record: record, gap: gap))
        gap = nil
    }
    return result
}

/// The sections of these lines.
func sections(_ text: String) -> [Section] { SectionFinder.sections(of: observations(text)) }

extension [Section] {
    var kinds: [Section.Kind] { map(\.kind) }
    var sizes: [Int] { map(\.observations.count) }
}

extension Section {
    /// The candidates if nothing is known of any patch's objects.
    var candidates: [Livepatch.Operation] { candidates { _ in [] } }
}

/// What a kernel since 5.1 prints for whole operations.
enum Lines {
    static func starts(_ patch: String) -> String {
        """
        livepatch: enabling patch '\(patch)'
        livepatch: '\(patch)': initializing patching transition
        \(patch): pre_patch_callback: vmlinux
        livepatch: '\(patch)': starting patching transition

        """
    }
    static func completes(_ patch: String, _ direction: Direction = .patching) -> String {
        let callback = direction == .patching ? "post_patch" : "post_unpatch"
        return """
            livepatch: '\(patch)': completing \(direction.rawValue) transition
            \(patch): \(callback)_callback: vmlinux
            livepatch: '\(patch)': \(direction.rawValue) complete

            """
    }
    static func startsUnpatching(_ patch: String) -> String {
        """
        livepatch: '\(patch)': initializing unpatching transition
        \(patch): pre_unpatch_callback: vmlinux
        livepatch: '\(patch)': starting unpatching transition

        """
    }
    static func reverses(_ patch: String) -> String {
        """
        livepatch: '\(patch)': reversing transition from patching to unpatching
        livepatch: '\(patch)': starting unpatching transition

        """
    }
    static let failure =
        """
        livepatch: enabling patch 'p'
        livepatch: 'p': initializing patching transition
        p: pre_patch_callback: vmlinux
        livepatch: pre-patch callback failed for object 'vmlinux'
        livepatch: failed to enable patch 'p'
        livepatch: 'p': canceling patching transition, going to unpatch
        livepatch: 'p': completing unpatching transition
        livepatch: 'p': unpatching complete

        """
    static func comes(_ module: String, _ patch: String) -> String {
        let coming = "[MODULE_STATE_COMING] Full formed, running module_init"
        return """
            livepatch: applying patch '\(patch)' to loading module '\(module)'
            \(patch): pre_patch_callback: \(module) -> \(coming)
            \(patch): post_patch_callback: \(module) -> \(coming)

            """
    }
    static func goes(_ module: String, _ patch: String) -> String {
        let going = "[MODULE_STATE_GOING] Going away"
        return """
            \(patch): pre_unpatch_callback: \(module) -> \(going)
            livepatch: reverting patch '\(patch)' on unloading module '\(module)'
            \(patch): post_unpatch_callback: \(module) -> \(going)

            """
    }

    /// As at the default log level.
    static func withoutDebugLines(_ text: String) -> String {
        text.split(separator: "\n").filter { line in
            ![": initializing ", ": completing ", ": reversing ", ": canceling "].contains { line.contains($0) }
        }
        .joined(separator: "\n")
    }
}
