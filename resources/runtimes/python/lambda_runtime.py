# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop of the runtime: load the handler, then next, call, answer, until the platform ends the process."""
import builtins
import os
import sys
import time

import ephemera_state
from ephemera_errors import error_payload, log_error, syntax_error_payload
from ephemera_json import dumps, loads
from ephemera_runtime_api import RuntimeApi


# The clients of these runtimes escape what is not ASCII; later ones write it as it is.
_ASCII_ONLY = os.environ.get("AWS_EXECUTION_ENV", "").rpartition("3.")[2] in ("6", "7", "8", "9", "10", "11")


class Context:
    """The handler's second argument."""

    _variables = (b"AWS_LAMBDA_LOG_GROUP_NAME", b"AWS_LAMBDA_LOG_STREAM_NAME", b"AWS_LAMBDA_FUNCTION_NAME", b"AWS_LAMBDA_FUNCTION_VERSION", b"AWS_LAMBDA_FUNCTION_MEMORY_SIZE")

    def __init__(self, headers):
        # What the function has made of them; os.environ itself takes its time for each.
        self.log_group_name, self.log_stream_name, self.function_name, self.function_version, self.memory_limit_in_mb = [
            value and value.decode("utf-8", "surrogateescape") for value in map(os.environ._data.get, self._variables)]
        get = headers.get
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = get("lambda-runtime-invoked-function-arn")
        self.tenant_id = get("lambda-runtime-aws-tenant-id")
        self.client_context = _client_context(get("lambda-runtime-client-context"))
        self.identity = _Identity(get("lambda-runtime-cognito-identity"))
        self._deadline_ms = int(headers["lambda-runtime-deadline-ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        names = ("aws_request_id", "log_group_name", "log_stream_name", "function_name", "memory_limit_in_mb", "function_version",
                 "invoked_function_arn", "client_context", "identity", "tenant_id")
        return "LambdaContext([%s])" % ",".join("%s=%s" % (name, getattr(self, name)) for name in names)


class _Record:
    """Attributes from a dictionary; what is absent is None. Shown as the service's own classes show themselves."""

    def __init__(self, kind, values, names):
        self._kind = kind
        for attribute, key in names.items():
            setattr(self, attribute, (values or {}).get(key))
        self._names = list(names)

    def __repr__(self):
        return "%s([%s])" % (self._kind, ",".join("%s=%s" % (name, getattr(self, name)) for name in self._names))


def _client_context(text):
    if not text:
        return None
    values = loads(text)
    context = _Record("ClientContext", values, {"custom": "custom", "env": "env", "client": "client"})
    context.client = _Record("Client", values.get("client"), {
        "installation_id": "installation_id", "app_title": "app_title", "app_version_name": "app_version_name",
        "app_version_code": "app_version_code", "app_package_name": "app_package_name"}) if values.get("client") else None
    return context


class _Identity:
    """Who called, where an identity pool says so."""

    def __init__(self, text):
        values = (loads(text) if text else None) or {}
        self.cognito_identity_id = values.get("cognitoIdentityId")
        self.cognito_identity_pool_id = values.get("cognitoIdentityPoolId")

    def __repr__(self):
        return "CognitoIdentity([cognito_identity_id=%s,cognito_identity_pool_id=%s])" % (self.cognito_identity_id, self.cognito_identity_pool_id)


# In the service's words.
_UNHANDLED = ("LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. However, in rare cases, a Lambda runtime update can cause unexpected function behavior. "
              "For functions using managed runtimes, runtime updates can be triggered by a function change, or can be applied automatically. To determine if the runtime has been updated, check the runtime "
              "version in the INIT_START log entry. If this error correlates with a change in the runtime version, you may be able to mitigate this error by temporarily rolling back to the previous runtime "
              "version. For more information, see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html")


class InitError(Exception):
    """Why the handler could not be loaded, as the payload that the platform forwards."""

    def __init__(self, kind, message, trace=(), cause=None):
        super().__init__(message)
        self.payload = error_payload(kind, message, list(trace))
        self.kind = kind
        self.trace = list(trace)
        self.cause = cause


class _SiteOnDemand:
    """The last finder: when a module is not found, adds the site packages (which cost start time) and looks again."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if cls not in sys.meta_path or path is not None:
            return None
        sys.meta_path.remove(cls)
        import site
        site.main()
        from importlib.machinery import PathFinder
        return PathFinder.find_spec(name, path, target)


def load_handler(handler):
    try:
        module_name, function_name = handler.rsplit(".", 1)
    except ValueError as error:
        raise InitError("Runtime.MalformedHandlerName", "Bad handler '%s': %s" % (handler, error))
    imported = module_name.replace("/", ".")
    if imported.split(".")[0] in sys.builtin_module_names:
        raise InitError("Runtime.BuiltInModuleConflict", "Cannot use built-in module %s as a handler module" % module_name)
    try:
        # Not by its list of names: a module of that name below it is no handler.
        __import__(imported)
        module = sys.modules[imported]
    except ImportError as error:
        raise InitError("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error), cause=error)
    except SyntaxError as error:
        message, trace = syntax_error_payload(module_name, error)
        raise InitError("Runtime.UserCodeSyntaxError", message, trace, cause=error)
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise InitError("Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (function_name, module_name))


def prepare_path(task_root):
    """The function's folder first, then the layers' and the user's PYTHONPATH that the interpreter put there."""
    runtime_folder = sys.path.pop(0)
    sys.path.insert(0, task_root)
    # Last, and from here on: what customizes may log.
    sys.path.append(runtime_folder)
    standard = os.path.dirname(os.__file__)
    _StandardFirst.folders = [standard, os.path.join(standard, "lib-dynload")]
    sys.meta_path.insert(0, _StandardFirst)
    sys.meta_path.append(_SiteOnDemand)
    # Path configuration files are rare, and so is what customizes; the module that reads them costs start time.
    customized = False
    for folder in [task_root] + os.environ.get("PYTHONPATH", "").split(":"):
        names = os.listdir(folder) if os.path.isdir(folder) else ()
        if any(name.endswith(".pth") for name in names):
            import site
            site.addsitedir(folder)
        customized = customized or (folder != task_root and ("sitecustomize.py" in names or "sitecustomize" in names))
    if customized:
        import site
        site.execsitecustomize()


def marshal(result):
    if isinstance(result, bytes):
        return result, "application/unknown"
    return dumps(result, _ASCII_ONLY).encode("utf-8"), "application/json"


def serve(api, handler):
    headers, body = api.next()
    while True:
        request_id = headers["lambda-runtime-aws-request-id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
        ephemera_state.request_id = request_id
        ephemera_state.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        try:
            try:
                event = loads(body)
            except Exception as error:
                raise RuntimeFailure("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % error)
            result = handler(event, Context(headers))
            try:
                answer, content_type = marshal(result)
            except Exception as error:
                raise RuntimeFailure("Runtime.MarshalError", "Unable to marshal response: %s" % error)
        except RuntimeFailure as failure:
            log_error(failure.kind, str(failure), [])
            sys.stdout.flush()
            headers, body = api.fail_and_next(request_id, error_payload(failure.kind, str(failure), [], request_id), failure.kind)
        # What is no error, such as SystemExit or KeyboardInterrupt, ends the process.
        except Exception as error:
            from ephemera_errors import describe
            kind, message, trace = describe(error)
            log_error(kind, message, trace)
            sys.stdout.flush()
            headers, body = api.fail_and_next(request_id, error_payload(kind, message, trace, request_id), kind)
        else:
            sys.stdout.flush()
            headers, body = api.answer_and_next(request_id, answer, content_type)


class RuntimeFailure(Exception):
    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


# What the service's client and what it uses have imported before the function's code runs: a file of the function that is named so is
# never seen there.
_IMPORTED_BEFORE = frozenset((
    "_bisect", "_collections_abc", "_datetime", "_decimal", "_json", "_random", "_socket", "_ssl", "_struct", "_weakrefset", "abc", "array", "base64", "binascii",
    "bisect", "calendar", "codecs", "collections", "concurrent", "contextlib", "copyreg", "datetime", "decimal", "email", "encodings", "enum", "fnmatch", "functools",
    "genericpath", "http", "importlib", "io", "ipaddress", "json", "keyword", "linecache", "locale", "logging", "math", "ntpath", "numbers", "operator", "os", "pathlib",
    "posixpath", "quopri", "random", "re", "reprlib", "select", "selectors", "site", "socket", "ssl", "stat", "string", "struct", "textwrap", "threading", "token",
    "tokenize", "traceback", "types", "urllib", "warnings", "weakref", "zipimport"))


class _StandardFirst:
    """The first finder: those come from the standard library. Installs the service's log handler right after logging has first been imported."""

    folders = []

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if path is not None or name not in _IMPORTED_BEFORE:
            return None
        from _frozen_importlib_external import PathFinder
        spec = PathFinder.find_spec(name, cls.folders)
        if name != "logging" or spec is None:
            return spec
        execute = spec.loader.exec_module

        def execute_and_install(module):
            execute(module)
            import ephemera_logging
            ephemera_logging.install(os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON", os.environ.get("AWS_LAMBDA_LOG_LEVEL"))

        spec.loader.exec_module = execute_and_install
        return spec


def warn_of_runtime():
    import logging
    logging.warning(_UNHANDLED)


def main():
    # Started with -u: what is printed is out, also where the process is killed.
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")
    # The site module would have put them there; it costs start time.
    builtins.exit = builtins.quit = sys.exit
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    # Started ahead of need: everything is loaded but the function, until somebody wants it.
    if sys.argv[1:2] == ["--wait"]:
        del sys.argv[1]
        api.wait_for_leave()
    prepare_path(os.environ["LAMBDA_TASK_ROOT"])
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except InitError as error:
        warn_of_runtime()
        log_error(error.kind, str(error), error.trace)
        sys.stdout.flush()
        api.post_init_error(error.payload, error.kind)
        sys.exit(1)
    # What is no error ends the process, and the platform says with what.
    except Exception as error:
        from ephemera_errors import describe
        kind, message, trace = describe(error)
        warn_of_runtime()
        log_error(kind, message, trace)
        sys.stdout.flush()
        api.post_init_error(error_payload(kind, message, trace), kind)
        sys.exit(1)
    serve(api, handler)
