import Livepatch
import Reconstruction

/// Whether a load of a livepatch replaces the others.
///
/// No line says `replace`. A manifest, a module parameter or a trace may; otherwise the log tells afterwards: when N has completed
/// its patching and O, enabled before, is spoken of as a live patch, N did not replace it; and when O is enabled again
/// without having been disabled, somebody did. If no line settles it so, a patch that is passed over when a module that it
/// patches comes or goes was replaced by the next one that is not.
struct ReplaceFacts {
    /// One load of a livepatch module: its name and how many times it had been enabled, or refused, this time included.
    struct Load: Hashable {
        let patch: String
        let number: Int
    }

    private var values: [Load: Bool] = [:]
    private var known: [String: Bool] = [:]
    /// What follows only from lines that are not there; it counts where no line tells.
    private var passedOver: [Load: Bool] = [:]
    /// For each module the patches that have handled it, and whether it is patched by them now.
    private var handled: [String: [String: Bool]] = [:]
    private var loads: [String: Int] = [:]
    private var enabled: [Load] = []
    /// All completed enables, in order; a patch stays until it is enabled again.
    private var completed: [Load] = []

    /// The patch in transition.
    private var running: String?

    init(manifest: Manifest, observations: [Observation]) {
        var parameters: [String: Bool] = [:]
        for (name, description) in manifest.livepatches {
            switch description.replace {
            case .fixed(let value): known[name] = value
            case .parameter(let value): parameters[name] = value
            case nil: break
            }
        }
        for observation in observations {
            take(observation.event, parameters)
            // A trace's word is the kernel's own.
            if let patch = observation.event.patch, let replaces = observation.replaces {
                values[Load(patch: patch, number: loads[patch] ?? 0)] = replaces
            }
        }
    }

    /// True or false if anything tells; nil if nothing does.
    func replaces(_ patch: String, load: Int) -> Bool? {
        let load = Load(patch: patch, number: load)
        return known[patch] ?? values[load] ?? passedOver[load]
    }

    private mutating func take(_ event: Event, _ parameters: [String: Bool]) {
        if event.message == .command, let command = Command(event.text ?? "") {
            return takeParameter(command, parameters)
        }
        guard let patch = event.patch else { return }
        followTransition(event, patch)
        follow(event, patch)
        if event.message == .stateCallback { takeState(event, patch) }
        switch (event.message, event.direction) {
        case (.enabling, _):
            loads[patch, default: 0] += 1
            defer { completed.removeAll { $0.patch == patch } }
            guard let place = enabled.firstIndex(where: { $0.patch == patch }) else { return }
            let later = completed.drop { $0.patch != patch }.dropFirst().filter { known[$0.patch] != false }
            if later.count == 1, let only = later.first { set(only, true) }
            enabled.remove(at: place)
        case (.incompatible, _): loads[patch, default: 0] += 1
        case (.complete, .patching):
            enabled.removeAll { $0.patch == patch }
            enabled.append(Load(patch: patch, number: loads[patch] ?? 0))
            completed.removeAll { $0.patch == patch }
            completed.append(Load(patch: patch, number: loads[patch] ?? 0))
        case (.complete, .unpatching): enabled.removeAll { $0.patch == patch }
        case (.initializing, .unpatching), (.starting, .unpatching), (.applying, _), (.reverting, _), (.callback, _),
            (.stateCallback, _):
            guard let place = enabled.firstIndex(where: { $0.patch == patch }) else { return }
            for later in enabled[(place + 1)...] { set(later, false) }
        default: break
        }
    }

    /// A patch's states are undone, or enabled again, while another is in transition only if that one replaces (states-2023).
    private mutating func takeState(_ event: Event, _ patch: String) {
        guard let running, running != patch, event.callback != .prePatch else { return }
        set(Load(patch: running, number: loads[running] ?? 0), true)
    }

    private mutating func followTransition(_ event: Event, _ patch: String) {
        switch event.message {
        case .enabling, .initializing, .starting: running = patch
        case .complete: running = nil
        default: break
        }
    }

    /// All patches handle a module in the order of enabling: when one does, the earlier ones that have to must have done it.
    private mutating func follow(_ event: Event, _ patch: String) {
        guard let module = event.object, module != Event.vmlinux else { return }
        switch event.message {
        case .applying: notice(patch, module, isPatched: true)
        case .reverting: notice(patch, module, isPatched: false)
        case .callback where event.callback == .prePatch || event.callback == .postPatch:
            handled[module, default: [:]][patch] = true
        default: break
        }
    }

    private mutating func notice(_ patch: String, _ module: String, isPatched: Bool) {
        if let place = enabled.firstIndex(where: { $0.patch == patch }) {
            let skipped = enabled[..<place].filter { handled[module]?[$0.patch] == !isPatched }
            if !skipped.isEmpty { passedOver[enabled[place]] = true }
            for load in skipped { handled[module]?[load.patch] = nil }
        }
        handled[module, default: [:]][patch] = isPatched
    }

    /// `% modprobe test_klp_atomic_replace replace=1`: the operator's word for a parameter that the module has. It is about
    /// the load that comes next.
    private mutating func takeParameter(_ command: Command, _ parameters: [String: Bool]) {
        guard case .load(let module, let arguments) = command, let unless = parameters[module] else { return }
        var value = unless
        for argument in arguments {
            switch argument {
            case "replace", "replace=1", "replace=y", "replace=Y": value = true
            case "replace=0", "replace=n", "replace=N", "noreplace", "noreplace=1", "noreplace=y": value = false
            default: break
            }
        }
        // What an earlier command said of a load that never came is void.
        values[Load(patch: module, number: (loads[module] ?? 0) + 1)] = value
    }

    private mutating func set(_ load: Load, _ value: Bool) { values[load] = values[load] ?? value }
}
