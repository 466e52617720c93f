import Livepatch
import Scenarios

/// The part of a module that calls the shadow variable API: a C function for each call of the scenario.
struct ShadowSource {
    let calls: [ShadowCall]

    init(of module: String, in scenario: Scenario) {
        calls = scenario.steps.compactMap { step in
            if case .shadow(let call) = step.action, call.caller == module { call } else { nil }
        }
    }

    /// What the lab has to know of the module.
    var member: String { member(functions: nil) }

    func member(functions: String?) -> String {
        let functions = functions.map { "\t.functions = \($0),\n" } ?? ""
        let calls = calls.isEmpty ? "" : "\t.calls = calls,\n"
        return "static struct klp_lab_member member = {\n\t.module = THIS_MODULE,\n\(functions)\(calls)};"
    }

    /// Constructors, destructors and the calls.
    var text: String {
        guard !calls.isEmpty else { return "" }
        var text = "#include \"klp_lab_shadow.h\"\n"
        for name in unique(calls.map(\.constructor.pointer)) {
            text += """

                static int \(function("construct", name))(void *object, void *data, void *content)
                {
                	return klp_lab_construct(data, content);
                }

                """
        }
        for name in unique(calls.map(\.destructor)) {
            text += """

                static void \(function("destroy", name))(void *object, void *data)
                {
                	klp_lab_destroy(object, data);
                }

                """
        }
        for (number, call) in calls.enumerated() {
            text += "\nstatic void call_\(number)(void)\n{\n\(fields(call))"
            text += "\tklp_lab_shadow_\(call.function.rawValue.dropFirst("klp_shadow_".count))(&call);\n}\n"
        }
        let entries = calls.indices.map { "\tcall_\($0),\n" }.joined()
        return text + "\nstatic void (*const calls[])(void) = {\n\(entries)\tNULL\n};\n"
    }

    private func fields(_ call: ShadowCall) -> String {
        var result = 0
        if case .fails(_, let errno) = call.constructor { result = errno }
        let constructor = pointer(call.constructor.pointer).map { _ in function("construct", call.constructor.pointer) }
        let destructor = pointer(call.destructor).map { _ in function("destroy", call.destructor) }
        return """
            	const struct klp_lab_shadow_call call = {
            		.object = klp_lab_pointer(\(pointer(call.object) ?? "NULL")),
            		.id = \(call.id),
            		.size = \(call.size),
            		.constructor = \(constructor ?? "NULL"),
            		.content = klp_lab_pointer(\(pointer(call.constructorData) ?? "NULL")),
            		.result = \(result),
            		.destructor = \(destructor ?? "NULL"),
            		.silent = \(!call.isPrinted),
            	};


            """
    }

    /// The word that stands for a pointer, in C; nil for NULL.
    private func pointer(_ name: String) -> String? {
        ShadowArguments.isNull(name) ? nil : CText.literal(name)
    }

    /// A name of a C function for a word of the scenario.
    private func function(_ prefix: String, _ name: String) -> String {
        let names = unique(calls.flatMap { [$0.constructor.pointer, $0.destructor] })
        return "\(prefix)_\(names.firstIndex(of: name) ?? 0)"
    }

    private func unique(_ names: [String]) -> [String] {
        Set(names.filter { !ShadowArguments.isNull($0) }).sorted()
    }
}
