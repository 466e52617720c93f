import Livepatch

/// The callbacks of a state in C, for a kernel that has them (struct klp_state_callbacks: states-2025, and states-2023 with the names
/// of 2025).
struct StateSource {
    let state: StateDescription
    let livepatch: String
    let generation: Generation

    /// The functions.
    ///
    /// - Throws: `Unperformable` if there are no words for a callback.
    func text() throws(Unperformable) -> String {
        var text = "\n/* state \(state.id) */\nstatic int \(name)_ret = \(state.prePatchReturn);\n"
        text += "module_param(\(name)_ret, int, 0644);\n"
        for kind in CallbackKind.allCases where state.callbacks.contains(kind) {
            let result = kind == .prePatch ? "int" : "void"
            text += "\nstatic \(result) \(name)_\(kind.rawValue)(struct klp_patch *patch, struct klp_state *state)\n{\n"
            text += try body(of: kind) + "}\n"
        }
        if let line = state.destructorLine {
            text +=
                "\nstatic void \(name)_dtor(void *object, void *data)\n{\n"
                + CText.print("\(livepatch): \(line)") + "}\n"
        }
        return text
    }

    /// The entry of the array of states.
    var entry: String {
        var fields = "\t\t.id = \(state.id),\n"
        for kind in CallbackKind.allCases where state.callbacks.contains(kind) {
            fields += "\t\t.callbacks.\(kind.rawValue) = \(name)_\(kind.rawValue),\n"
        }
        if state.destructorLine != nil { fields += "\t\t.callbacks.shadow_dtor = \(name)_dtor,\n" }
        if state.blocksDisable { fields += "\t\t.block_disable = true,\n" }
        if state.isShadow { fields += "\t\t.is_shadow = true,\n" }
        return "\t{\n\(fields)\t},\n"
    }

    private var name: String { "state_\(state.id)" }

    private func body(of kind: CallbackKind) throws(Unperformable) -> String {
        let event = Event(
            .stateCallback, patch: livepatch, callback: kind, number: Int(clamping: state.id))
        guard let line = Catalogue.print(event, for: generation) else { throw .noWords(kind, livepatch) }
        let output = state.prints[kind]?.first.map { CText.print("\(livepatch): \($0)") } ?? ""
        guard kind == .prePatch else { return CText.print(line) + output }
        let allocation = state.allocates.map { object in
            "\tdata = klp_shadow_alloc(klp_lab_pointer(\(CText.literal(object))), state->id, 8, GFP_KERNEL, NULL, NULL);\n"
        }
        let failure = allocation == nil ? "" : "\tif (!data)\n\t\treturn -ENOMEM;\n"
        let givesUp = "\tif (\(name)_ret)\n\t\treturn \(name)_ret;\n"
        return (allocation == nil ? "" : "\tvoid *data;\n\n") + CText.print(line) + givesUp + output
            + (allocation ?? "") + failure + "\treturn 0;\n"
    }
}
