import { CheckOutlined } from "@ant-design/icons";
import { PERMISSIONS, roleAllows, ROLES } from "@terrace/domain/access/permissions";
import { useText } from "../../app/i18n.ts";
import { Panel } from "../../ui/Panel.tsx";

/** What each role may do, straight from the permission table. */
export function RoleTable() {
  const text = useText();
  return (
    <Panel flush title={text("members.roles")}>
      <div className="plain-table-scroll">
        <table className="plain-table role-table">
          <thead>
            <tr>
              <th scope="col">{text("members.permission")}</th>
              {ROLES.map((role) => (
                <th key={role} scope="col">
                  {text(`role.${role}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {PERMISSIONS.map((permission) => (
              <tr key={permission}>
                <th scope="row">{text(`permission.${permission}`)}</th>
                {ROLES.map((role) => (
                  <td key={role}>
                    {roleAllows(role, permission) ? (
                      <CheckOutlined aria-label={text("common.yes")} />
                    ) : (
                      <span className="muted" aria-label={text("common.no")}>
                        —
                      </span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
