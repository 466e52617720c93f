import Livepatch
import ReferenceEngine
import Scenarios

/// Writes to the files of /sys/kernel/livepatch, and to other switches.
extension Turn {
    /// What the operator does to enable or disable a patch that is there.
    mutating func write(_ value: Int, _ patch: String) {
        switch machine.policies.operatorFiles {
        case .enabled: writeEnabled(value, patch)
        case .unregisterAndTransition: value == 0 ? unregister(patch) : enableByFile(patch)
        }
    }

    /// A patch in transition is turned round, not unregistered (stackless-2018 does not say with which error it refuses).
    private mutating func unregister(_ patch: String) {
        let file = "/sys/kernel/livepatch/\(patch)/unregister"
        note("% echo 1 > \(file)")
        guard machine.state.patch(patch) != nil else { return refuse(file, .absent) }
        guard machine.state.transition == nil else { return refuse(file, .busy) }
        if let errno = disable(patch) { refuse(file, errno) }
    }

    /// There is no such file: a patch is enabled by being loaded.
    private mutating func enableByFile(_ patch: String) {
        let file = "/sys/kernel/livepatch/\(patch)/enabled"
        note("% echo 1 > \(file)")
        refuse(file, machine.state.patch(patch) == nil ? .absent : .notPermitted)
    }

    /// A write to `transition` (stackless-2018).
    private mutating func turnRound(_ patch: String) {
        let file = "/sys/kernel/livepatch/\(patch)/transition"
        note("% echo 0 > \(file)")
        guard machine.state.patch(patch) != nil else { return refuse(file, .absent) }
        guard machine.state.isInTransition(patch) else { return refuse(file, .invalid) }
        perform(.reverse(patch: patch))
    }

    /// enabled_store: the value that the patch has already is refused, and to disable one that has a state which cannot be disabled
    /// (states-2023); the patch in transition is reversed.
    private mutating func writeEnabled(_ value: Int, _ patch: String) {
        let file = "/sys/kernel/livepatch/\(patch)/enabled"
        note("% echo \(value) > \(file)")
        guard let entry = machine.state.patch(patch) else { return refuse(file, .absent) }
        guard entry.isEnabled != (value == 1) else { return refuse(file, .invalid) }
        if entry.isEnabled, machine.engine.blocksDisable(patch) {
            perform(.refuseDisable(patch: patch))
            return refuse(file, .invalid)
        }
        if machine.state.isInTransition(patch) { return perform(.reverse(patch: patch)) }
        if let errno = value == 1 ? enableAgain(patch) : disable(patch) { refuse(file, errno) }
    }

    /// Where a transition completed earlier than expected, nothing is reversed: the other value is written all the same.
    mutating func reverse(_ patch: String) throws(SimulationError) {
        guard machine.state.isInTransition(patch) || machine.isAheadOfSteps else {
            throw error("'\(patch)' is not in transition here; add 'pending: true' or a 'block' before")
        }
        switch machine.policies.operatorFiles {
        case .enabled: write(machine.state.patch(patch)?.isEnabled == true ? 0 : 1, patch)
        case .unregisterAndTransition: turnRound(patch)
        }
    }

    /// force_store. Where there is no such file in the directory, the shell tries to create it, which sysfs does not permit.
    mutating func force(_ patch: String) {
        let file = "/sys/kernel/livepatch/\(patch)/force"
        note("% echo 1 > \(file)")
        guard machine.state.patch(patch) != nil else { return refuse(file, .absent) }
        guard machine.policies.forcePins != .nobody else { return refuse(file, .notPermitted) }
        guard machine.state.isInTransition(patch) else { return refuse(file, .invalid) }
        perform(.force)
    }

    /// signal_store (4.16 to 5.0), or 15 seconds of waiting (klp_send_signals since 5.1).
    mutating func signal(_ patch: String) throws(SimulationError) {
        let file = "/sys/kernel/livepatch/\(patch)/signal"
        switch machine.policies.signals {
        case .none, .manual:
            note("% echo 1 > \(file)")
            guard machine.state.patch(patch) != nil else { return refuse(file, .absent) }
            guard machine.policies.signals == .manual else { return refuse(file, .notPermitted) }
            guard machine.state.isInTransition(patch) else { return refuse(file, .invalid) }
        case .automatic:
            guard machine.state.isInTransition(patch) else {
                throw error("'\(patch)' is not in transition here, so nobody is signalled")
            }
            guard machine.state.transition?.isSignalled == false else {
                throw error("the kernel says so once for each start of a transition (since 5.1)")
            }
            note("# the transition of \(patch) has been pending for 15 seconds")
        }
        perform(.signal)
    }

    mutating func complete(_ patch: String) throws(SimulationError) {
        guard machine.state.isInTransition(patch) || machine.isAheadOfSteps else {
            throw error("'\(patch)' is not in transition here; add 'pending: true' to the step that starts one")
        }
        if let function = machine.blockingFunction {
            throw error("the transition of '\(patch)' cannot complete: a task sleeps in \(function)")
        }
        note("# the transition of \(patch) completes")
        settle()
    }

    mutating func setPrePatchReturn(_ patch: String, _ object: String?, _ value: Int) {
        let file = "/sys/module/\(patch)/parameters/pre_patch_ret"
        if let object {
            note("# from now on pre_patch of \(object) in \(patch) returns \(value)")
        } else {
            note("% echo \(value) > \(file)")
        }
        guard machine.livepatches.contains(patch) else { return refuse(file, .absent) }
        let all = machine.manifest.livepatches[patch]?.prePatchCallbacks ?? []
        for callback in object.map({ [Machine.PrePatch(patch: patch, owner: .object($0))] }) ?? all {
            machine.prePatchReturns[callback] = value
        }
    }

    /// The kernel refuses to switch ftrace off while a function is patched (since 5.5); an object without functions has no handler
    /// (seen in 6.1).
    mutating func switchFtrace(_ isOn: Bool) {
        let isUsed = machine.engine.hasPatchedFunctions(in: machine.state)
        if !isOn, isUsed, machine.policies.ftraceSwitch == .respected {
            failure = .busy
            return note("livepatch: sysctl: setting key \"kernel.ftrace_enabled\": \(Errno.busy.words)")
        }
        note("livepatch: kernel.ftrace_enabled = \(isOn ? 1 : 0)")
        machine.isFtraceOn = isOn
    }

    /// A function has one user at most that changes where it goes (FTRACE_OPS_FL_IPMODIFY): whoever comes second is refused.
    mutating func occupy(_ function: String) {
        guard machine.stack(of: machine.patchedFunction(function)).entries.isEmpty else {
            failure = .busy
            return note("# a kprobe with a post handler is refused for \(function): a livepatch has it")
        }
        note("# a kprobe with a post handler takes \(function) for itself")
        machine.occupied.insert(function)
    }

    /// Only a patch that stayed registered can be enabled again (before 5.1).
    private mutating func enableAgain(_ patch: String) -> Errno? {
        guard machine.policies.disabledPatch == .staysRegistered else { return .invalid }
        return enable(patch, isAllowedBy: machine.state.patches.prefix { $0.name != patch }.map { $0 })
    }

    /// __klp_disable_patch: refuses while a transition runs and, before 5.1, below an enabled patch.
    private mutating func disable(_ patch: String) -> Errno? {
        let operation = Operation.disable(patch: patch)
        guard machine.engine.perform(operation, on: machine.state).objections.isEmpty else { return .busy }
        perform(operation)
        return nil
    }

    private mutating func refuse(_ file: String, _ errno: Errno) {
        failure = errno
        note("sh: \(file): \(errno.words)")
    }
}
