import Livepatch
import Scenarios

/// A livepatch module in C that does what a scenario says of the livepatch.
struct LivepatchSource {
    let livepatch: LivepatchDescription
    let manifest: Manifest
    /// The generation of the kernel that it is for.
    let generation: Generation
    /// The calls of the shadow variable API that it makes, in order.
    let shadowCalls: ShadowSource

    /// The whole file.
    ///
    /// - Throws: `Unperformable` if it patches a function of vmlinux that the lab cannot replace.
    func text() throws(Unperformable) -> String {
        var text = CText.head(
            "The livepatch '\(livepatch.name)'", ["livepatch", "module", "sched", "semaphore", "seq_file"])
        text += shadowCalls.text
        for (number, object) in livepatch.objects.enumerated() {
            text += "\n/* \(object.name) */\n"
            text += try functions(of: object, number)
            if hasObjectCallbacks { text += try callbacks(of: object, number) }
        }
        if hasStateCallbacks {
            for state in livepatch.states ?? [] {
                text += try StateSource(state: state, livepatch: livepatch.name, generation: generation).text()
            }
        }
        return text + description + initAndExit
    }

    private var hasObjectCallbacks: Bool { generation.policies.callbackOwner == .objects }
    private var hasStateCallbacks: Bool { generation.policies.callbackOwner == .states }

    // MARK: What is patched

    private func functions(of object: ObjectDescription, _ number: Int) throws(Unperformable) -> String {
        var text = ""
        var entries = ""
        for function in object.functions {
            let name = "livepatch_\(number)_\(function)"
            text += try newFunction(function, name, object) + "\n"
            entries += "\t{ .old_name = \(CText.literal(function)), .new_func = \(name) },\n"
        }
        return text + "static struct klp_func functions_\(number)[] = {\n\(entries)\t{ }\n};\n"
    }

    /// The new function, visible from outside so that the compiler makes neither a copy nor a part of another function of it.
    private func newFunction(
        _ function: String, _ name: String, _ object: ObjectDescription
    ) throws(Unperformable) -> String {
        guard object.name == Event.vmlinux, !object.missing.contains(function) else {
            return Self.definition("void", name, "struct completion *until", "wait_for_completion(until);")
        }
        guard let known = PatchableFunction.named(function) else { throw .unknownFunction(function, livepatch.name) }
        return Self.definition(known.result, name, known.parameters, known.body)
    }

    private static func definition(
        _ result: String, _ name: String, _ parameters: String, _ body: String
    ) -> String {
        "\(result) \(name)(\(parameters));\nnoinline \(result) \(name)(\(parameters))\n{\n\(CText.indented(body))\n}\n"
    }

    // MARK: Callbacks

    private func callbacks(of object: ObjectDescription, _ number: Int) throws(Unperformable) -> String {
        var text = "static int pre_patch_ret_\(number) = \(object.prePatchReturn);\n"
        text += "module_param(pre_patch_ret_\(number), int, 0644);\n"
        for kind in CallbackKind.allCases where object.callbacks.contains(kind) {
            let isFallible = kind == .prePatch
            text += "\nstatic \(isFallible ? "int" : "void") \(kind.rawValue)_\(number)(struct klp_object *object)\n{\n"
            text += try line(of: kind, object)
            if number == 0 { text += stateOutput(kind) }
            text += isFallible ? "\treturn pre_patch_ret_\(number);\n}\n" : "}\n"
        }
        return text
    }

    /// The callback's line; that of a module says what state the module is in.
    private func line(of kind: CallbackKind, _ object: ObjectDescription) throws(Unperformable) -> String {
        func text(_ state: ModuleState?) throws(Unperformable) -> String {
            let event = Event(
                .callback, patch: livepatch.name, object: object.name, callback: kind, moduleState: state)
            guard let text = manifest.text(of: event, generation: generation) else {
                throw .noWords(kind, livepatch.name)
            }
            return text
        }
        guard object.name != Event.vmlinux else { return CText.print(try text(nil)) }
        var entries = ""
        for state in [ModuleState.live, .coming, .going] {
            entries += "\t\t[\(state.rawValue)] = \(CText.literal(try text(state))),\n"
        }
        return "\tstatic const char *const lines[] = {\n\(entries)\t};\n\n"
            + "\tprintk(KERN_INFO \"%s\\n\", lines[object->mod->state]);\n"
    }

    /// What the callback says of the livepatch's states.
    private func stateOutput(_ kind: CallbackKind) -> String {
        (livepatch.states ?? []).map { state in
            guard let output = state.prints[kind] else { return "" }
            let takenOver =
                output.takenOver.map { CText.indented(CText.print("\(livepatch.name): \($0)")) } ?? "\t\t;\n"
            let first = output.first.map { CText.indented(CText.print("\(livepatch.name): \($0)")) } ?? "\t\t;\n"
            return "\tif (klp_get_prev_state(\(state.id)))\n\(takenOver)\telse\n\(first)"
        }.joined()
    }

    // MARK: The livepatch itself

    private var description: String {
        let objects = livepatch.objects.enumerated().map { number, object in
            var fields = object.name == Event.vmlinux ? "" : "\t\t.name = \(CText.literal(object.name)),\n"
            fields += "\t\t.funcs = functions_\(number),\n"
            for kind in CallbackKind.allCases where hasObjectCallbacks && object.callbacks.contains(kind) {
                fields += "\t\t.callbacks.\(kind.rawValue) = \(kind.rawValue)_\(number),\n"
            }
            return "\t{\n\(fields)\t},\n"
        }
        let states = (livepatch.states ?? []).map { state in
            hasStateCallbacks
                ? StateSource(state: state, livepatch: livepatch.name, generation: generation).entry
                : "\t{ .id = \(state.id), .version = \(state.version) },\n"
        }
        var text = "\nstatic struct klp_object objects[] = {\n\(objects.joined())\t{ }\n};\n"
        if !states.isEmpty { text += "\nstatic struct klp_state states[] = {\n\(states.joined())\t{ }\n};\n" }
        text += "\nstatic struct klp_patch patch = {\n\t.mod = THIS_MODULE,\n\t.objs = objects,\n"
        if !states.isEmpty { text += "\t.states = states,\n" }
        return text + "};\n"
    }

    private var initAndExit: String {
        let returns =
            hasStateCallbacks
            ? (livepatch.states ?? []).map { "state_\($0.id)_ret" }
            : livepatch.objects.indices.map { "pre_patch_ret_\($0)" }
        let assignments = returns.map { "\t\($0) = number;\n" }.joined()
        return """

            static bool replace = \(livepatch.replaces ?? false);
            module_param(replace, bool, 0444);

            /* What pre_patch of all objects returns. */
            static int set_pre_patch_ret(const char *value, const struct kernel_param *param)
            {
            	int number, result = kstrtoint(value, 0, &number);

            	if (result)
            		return result;
            \(assignments)	return 0;
            }

            static const struct kernel_param_ops pre_patch_ret_ops = {
            	.set = set_pre_patch_ret,
            };
            module_param_cb(pre_patch_ret, &pre_patch_ret_ops, NULL, 0200);

            \(shadowCalls.member)

            static int begin(void)
            {
            	int result;

            	patch.replace = replace;
            	klp_lab_join(&member);
            	result = klp_enable_patch(&patch);
            	if (result)
            		klp_lab_leave(&member);
            	return result;
            }

            static void end(void)
            {
            	klp_lab_leave(&member);
            }
            \(CText.tail)MODULE_INFO(livepatch, "Y");

            """
    }
}
