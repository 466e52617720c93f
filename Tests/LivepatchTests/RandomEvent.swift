@testable import Livepatch

extension Message {
    /// An event that the message states, with random arguments.
    func randomEvent(_ random: inout RandomNumbers) -> Event {
        var event = Event(id)
        for case .hole(let hole) in template.pieces { hole.setRandomly(in: &event, &random) }
        return event
    }
}

extension Hole {
    fileprivate func setRandomly(in event: inout Event, _ random: inout RandomNumbers) {
        switch self {
        case .patch: event.patch = random.identifier()
        case .object, .module:
            // A callback's line for vmlinux is written without a module state.
            event.object = random.identifier()
        case .name: event.name = random.identifier()
        case .pointer: event.text = "00000000" + random.text("0123456789abcdef", 8...8)
        case .direction: event.direction = random.one(of: Direction.allCases, or: .patching)
        case .callback, .dashedCallback, .stage: event.callback = random.one(of: CallbackKind.allCases, or: .prePatch)
        case .moduleState: event.moduleState = random.one(of: ModuleState.allCases, or: .live)
        case .number: event.number = Int.random(in: -4095...4095, using: &random)
        case .task:
            event.text = random.taskName()
            event.number = Int.random(in: 0...4_194_304, using: &random)
        case .stateText: event.text = "fix_console_loglevel: " + random.text("abcxyz .:'", 1...20) + "."
        case .outputText: event.text = "busymod_work_func" + random.text("abcxyz .:'", 1...20) + "."
        case .text: event.text = random.text("abcxyz0189 .:'<>{}[]()", 1...20) + "."
        case .opposite, .moduleStateRemark, .word: break
        case .shadowObject, .shadowData, .shadowContent, .constructor, .constructorData, .destructor, .shadowID,
            .shadowSize, .shadowFlags:
            var shadow = event.shadow ?? ShadowArguments()
            setRandomly(in: &shadow, &random)
            event.shadow = shadow
        }
    }
}

extension Hole {
    private func setRandomly(in shadow: inout ShadowArguments, _ random: inout RandomNumbers) {
        switch self {
        case .shadowObject: shadow.object = random.pointer()
        case .shadowData: shadow.data = random.pointer()
        case .shadowContent: shadow.content = random.pointer()
        case .constructor: shadow.constructor = random.pointer()
        case .constructorData: shadow.constructorData = random.pointer()
        case .destructor: shadow.destructor = random.pointer()
        case .shadowID: shadow.id = random.next() >> UInt64.random(in: 0...63, using: &random)
        case .shadowSize: shadow.size = UInt64.random(in: 0...4096, using: &random)
        case .shadowFlags:
            shadow.flags = random.one(of: ["GFP_KERNEL", "GFP_ATOMIC|__GFP_ZERO", "0xdc0"], or: "GFP_KERNEL")
        default: break
        }
    }
}

extension RandomNumbers {
    /// What `%p` or a test module makes of a pointer.
    fileprivate mutating func pointer() -> String {
        let special = ["PTR0", "PTR17", "(null)", "(____ptrval____)", "0000000000000000"]
        if Int.random(in: 0..<3, using: &self) == 0 { return one(of: special, or: "PTR1") }
        return "00000000" + text("0123456789abcdef", 8...8)
    }

    /// What a module, a symbol or a patch may be called; now and then one that looks like a part of a message.
    fileprivate mutating func identifier() -> String {
        let traps = [
            "x_init", "x_exit", "pre_patch_callback", "patching", "klp_try_switch_task", "patch", "a", "state",
        ]
        if Int.random(in: 0..<5, using: &self) == 0 { return one(of: traps, or: "a") }
        return text("abcdefghijklmnopqrstuvwxyz_", 1...1) + text("abcxyzABC_0123456789.", 0...20)
    }

    /// A task's comm: up to 15 bytes of whatever prctl(PR_SET_NAME) was given.
    fileprivate mutating func taskName() -> String {
        let known = ["kworker/u8:3", "tmux: server", "(sd-pam)", "migration/0", "x is running", "dbus-daemon", "a:b:1"]
        if Bool.random(using: &self) { return one(of: known, or: "sh") }
        return text("abcxyz0189 .:'<>/-", 0...13) + "z"
    }
}
